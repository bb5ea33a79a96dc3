import { setSearchParams, useLocation } from '../app/location.ts'
import { ContourPlot } from '../charts/contour-plot.tsx'
import { type Column, type TrialTable, variedParams } from '../model/trial-table.ts'

interface Props {
  /** Names of the parameters, the most important first. */
  readonly ranked: readonly string[]
  readonly table: TrialTable
  readonly mask: Uint8Array
  readonly hovered: number | undefined
  readonly onHover: (row: number | undefined) => void
  readonly onOpen: (row: number) => void
}

/** The contour plot of two selected parameters, by default the two most important ones. */
export default function ContourCard({ ranked, ...props }: Props) {
  const { query } = useLocation()
  const rank = ({ name }: Column) => {
    const index = ranked.indexOf(name)
    return index < 0 ? Number.POSITIVE_INFINITY : index
  }
  const params = variedParams(props.table)
  if (params.length < 2) return null
  const byRank = [...params].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)))
  const [nameX, nameY] = (query.get('plane') ?? '').split('~')
  const x = params.find(({ name }) => name === nameX) ?? byRank[0]!
  const y = params.find(({ name }) => name === nameY && name !== x.name) ?? other(byRank, x)
  const choose = (which: 'x' | 'y', name: string) => {
    const pair =
      which === 'x' ? [name, name === y.name ? x.name : y.name] : [name === x.name ? y.name : x.name, name]
    setSearchParams({ plane: pair.join('~') })
  }
  return (
    <ContourPlot
      {...props}
      x={x}
      y={y}
      tools={
        <>
          <ParamSelect label="X axis" params={params} value={x} onChange={(name) => choose('x', name)} />
          <ParamSelect label="Y axis" params={params} value={y} onChange={(name) => choose('y', name)} />
        </>
      }
    />
  )
}

const other = (params: readonly Column[], x: Column): Column => params.find((column) => column !== x)!

function ParamSelect({
  label,
  params,
  value,
  onChange,
}: {
  label: string
  params: readonly Column[]
  value: Column
  onChange: (name: string) => void
}) {
  return (
    <select aria-label={label} value={value.name} onChange={(event) => onChange(event.target.value)}>
      {params.map(({ name }) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  )
}

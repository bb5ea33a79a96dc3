import { keepInAddress, usePlace } from '../app/place.ts'
import { Contour } from '../charts/contour.tsx'
import { type Column, type TrialTable, variedParams } from '../model/trial-table.ts'

interface Props {
  readonly table: TrialTable
  readonly mask: Uint8Array
  readonly hovered: number | undefined
  readonly onHover: (row: number | undefined) => void
  readonly onOpen: (row: number) => void
}

/** The objective over two parameters of the reader's choice. */
export default function ContourCard(props: Props) {
  const { query } = usePlace()
  const params = variedParams(props.table)
  if (params.length < 2) return null
  const [askedX, askedY] = (query.get('plane') ?? '').split('~')
  const x = params.find(({ name }) => name === askedX) ?? params[0]!
  const y = params.find(({ name }) => name === askedY && name !== x.name) ?? other(params, x)
  const choose = (which: 'x' | 'y', name: string) => {
    const pair =
      which === 'x' ? [name, name === y.name ? x.name : y.name] : [name === x.name ? y.name : x.name, name]
    keepInAddress({ plane: pair.join('~') })
  }
  return (
    <Contour
      {...props}
      x={x}
      y={y}
      tools={
        <>
          <ParamSelect label="Across" params={params} value={x} onChange={(name) => choose('x', name)} />
          <ParamSelect label="Up" params={params} value={y} onChange={(name) => choose('y', name)} />
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

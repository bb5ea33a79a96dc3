import { useMemo } from 'react'
import { setSearchParams, useLocation } from '../app/location.ts'
import { ScatterPlot } from '../charts/scatter-plot.tsx'
import type { ColorEncoding } from '../model/color-encoding.ts'
import { formatCount } from '../model/format.ts'
import { paretoRows } from '../model/pareto.ts'
import type { TrialTable } from '../model/trial-table.ts'

interface Props {
  readonly table: TrialTable
  readonly mask: Uint8Array
  readonly colorBy: ColorEncoding
  readonly hovered: number | undefined
  readonly onHover: (row: number | undefined) => void
  readonly onOpen: (row: number) => void
}

/** The Pareto front of two objectives. */
export default function ParetoCard({ table, mask, ...shared }: Props) {
  const { objectives, trials } = table
  const { query } = useLocation()
  const pick = (text: string | null, otherwise: number) => {
    const found = objectives.findIndex(({ column }) => column.name === text)
    return found < 0 ? otherwise : found
  }
  const [nameX, nameY] = (query.get('front') ?? '').split('~')
  const x = pick(nameX ?? null, 0)
  const y = pick(nameY ?? null, x === 0 ? 1 : 0)
  const [first, second] = [objectives[x]!, objectives[y]!]
  const front = useMemo(() => {
    const only = (values: Float64Array) =>
      values.map((value, row) => {
        const { state, feasible } = trials[row]!
        return mask[row] === 1 && state === 'finished' && feasible !== false ? value : Number.NaN
      })
    return paretoRows(only(first.column.values), only(second.column.values), [first.goal, second.goal])
  }, [first, second, mask, trials])
  const choose = (which: 0 | 1, name: string) => {
    const pair = [first.column.name, second.column.name]
    pair[which] = name
    setSearchParams({ front: pair.join('~') })
  }
  const select = (label: string, which: 0 | 1) => (
    <select
      aria-label={label}
      value={[first, second][which]!.column.name}
      onChange={(event) => choose(which, event.target.value)}
    >
      {objectives.map(({ column: { name } }) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  )
  return (
    <ScatterPlot
      {...shared}
      table={table}
      mask={mask}
      title="Pareto front"
      hint={`${formatCount(front.length)} non-dominated trials: ${first.goal} ${first.column.name}, ${second.goal} ${second.column.name}`}
      x={first.column}
      y={second.column}
      front={front}
      height={320}
      tools={
        objectives.length > 2 && (
          <>
            {select('X axis', 0)}
            {select('Y axis', 1)}
          </>
        )
      }
    />
  )
}

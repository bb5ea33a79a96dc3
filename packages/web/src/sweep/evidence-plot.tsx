import { useMemo } from 'react'
import { columnScale, numberScale } from '../charts/scale.ts'
import type { TrialTable } from '../model/trial-table.ts'

const [WIDTH, HEIGHT, EDGE] = [180, 52, 4]
/** More dots would be one blot. */
const MAX_DOTS = 300

/** The value over the parameter that a finding names; the trials of the finding stand out. Nothing for a finding about something else. */
export function EvidencePlot({
  table,
  keys,
  trials,
}: {
  table: TrialTable
  keys: readonly string[]
  trials: readonly number[]
}) {
  const column = table.params.find(({ name, constant }) => !constant && keys.includes(name))
  const dots = useMemo(() => {
    if (!column) return []
    const [x, y] = [columnScale(column, 2), numberScale(table.value, table.value.log, 2)]
    const listed = new Set(trials)
    const every = Math.ceil(table.trials.length / MAX_DOTS)
    return table.trials
      .flatMap(({ number }, row) => {
        const shown = listed.has(number)
        const [value, own] = [table.value.values[row]!, column.values[row]!]
        if ((!shown && row % every > 0) || !Number.isFinite(value) || !Number.isFinite(own)) return []
        const up = Math.max(0, Math.min(1, y.at(value)))
        return [
          {
            row,
            shown,
            x: EDGE + x.at(own) * (WIDTH - 2 * EDGE),
            y: HEIGHT - EDGE - up * (HEIGHT - 2 * EDGE),
          },
        ]
      })
      .sort((a, b) => Number(a.shown) - Number(b.shown))
  }, [column, table, trials])
  if (!column || dots.length === 0) return null
  return (
    <svg
      className="evidence"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={`${table.value.name} over ${column.name}; the trials of this finding stand out`}
    >
      <title>{`${table.value.name} over ${column.name}`}</title>
      {dots.map(({ row, x, y, shown }) => (
        <circle key={row} cx={x} cy={y} r={shown ? 3 : 1.6} data-shown={shown} />
      ))}
    </svg>
  )
}

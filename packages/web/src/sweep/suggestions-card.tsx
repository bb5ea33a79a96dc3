import { memo } from 'react'
import type { SweepAt } from '../api/endpoints.ts'
import { formatCount, formatNumber } from '../model/format.ts'
import type { TrialTable } from '../model/trial-table.ts'
import { ReasonList } from './reason-list.tsx'

/** Maximum bar width in % of its cell; the rest is for the number. */
const MAX_BAR_PERCENT = 76

/** Trials by sampler, with the reasons of the last suggestions. */
export const Suggestions = memo(function Suggestions({
  at,
  table,
  mask,
}: {
  at: SweepAt
  table: TrialTable
  mask: Uint8Array
}) {
  const arms = new Map<string, { count: number; best: number | undefined }>()
  const better = (a: number, b: number) => (table.goal === 'maximize' ? a > b : a < b)
  for (const [row, { suggested_by }] of table.trials.entries()) {
    if (!suggested_by || mask[row] === 0) continue
    const own = table.value.values[row]!
    const value = Number.isFinite(own) ? own : undefined
    const arm = arms.get(suggested_by.arm) ?? { count: 0, best: undefined }
    const best = value !== undefined && (arm.best === undefined || better(value, arm.best)) ? value : arm.best
    arms.set(suggested_by.arm, { count: arm.count + 1, best })
  }
  if (arms.size === 0) return null
  const max = Math.max(...[...arms.values()].map(({ count }) => count))
  return (
    <section className="card figure" aria-labelledby="suggested">
      <header>
        <h2 id="suggested">Suggestions</h2>
        <p className="hint">Trials and best {table.value.name} by sampler</p>
      </header>
      <table className="bars">
        <tbody>
          {[...arms]
            .sort(([, a], [, b]) => b.count - a.count)
            .map(([arm, { count, best }]) => (
              <tr key={arm}>
                <th scope="row">{arm}</th>
                <td>
                  <i
                    className="bar-part"
                    style={{ width: `${(MAX_BAR_PERCENT * count) / max}%` }}
                    aria-hidden="true"
                  />
                  <span>{formatCount(count)}</span>
                </td>
                <td className="muted">{best === undefined ? '' : `best ${formatNumber(best)}`}</td>
              </tr>
            ))}
        </tbody>
      </table>
      <ReasonList
        at={at}
        trials={table.trials.filter(({ suggested_by }, row) => suggested_by && mask[row] === 1)}
        why={({ suggested_by }) => suggested_by?.why}
        metric={table.value.name}
      />
    </section>
  )
})

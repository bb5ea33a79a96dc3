import { memo } from 'react'
import type { SweepAt } from '../api/endpoints.ts'
import { formatCount, formatNumber } from '../model/format.ts'
import type { TrialTable } from '../model/trial-table.ts'
import { ReasonList } from './reason-list.tsx'

/** Maximum bar width in % of its cell; the rest is for the number. */
const MAX_BAR_PERCENT = 76

interface Rung {
  readonly at: number | undefined

  readonly reached: number
  readonly stopped: number
  readonly best: number | undefined
}

/** Per rung: trials that reached it and trials stopped at it. */
function rungsOf({ trials, goal }: TrialTable): Rung[] {
  const stopped = trials.filter(({ state }) => state === 'stopped')
  const finished = trials.filter(({ state }) => state === 'finished').length
  const at = [...new Set(stopped.map(({ rung }) => rung))].sort((a, b) => (a ?? 0) - (b ?? 0))
  return at.map((rung) => {
    const here = stopped.filter((trial) => trial.rung === rung)
    const beyond = stopped.filter((trial) => (trial.rung ?? 0) > (rung ?? 0)).length
    const values = here.flatMap(({ value }) => (value === undefined ? [] : [value]))
    const best =
      values.length === 0 ? undefined : goal === 'maximize' ? Math.max(...values) : Math.min(...values)
    return { at: rung, reached: here.length + beyond + finished, stopped: here.length, best }
  })
}

/** Trials stopped early, by rung, with the reasons of the last ones. */
export const EarlyStopping = memo(function EarlyStopping({ at, table }: { at: SweepAt; table: TrialTable }) {
  const stopped = table.trials.filter(({ state }) => state === 'stopped')
  if (stopped.length === 0) return null
  const rungs = rungsOf(table)
  const max = Math.max(...rungs.map(({ reached }) => reached))
  return (
    <section className="card figure" aria-labelledby="early">
      <header>
        <h2 id="early">Stopped early</h2>
        <p className="hint">
          {formatCount(stopped.length)} of {formatCount(table.trials.length)} trials were stopped early{' '}
          <span className="legend-inline">
            <span data-key="promoted">promoted</span>
            <span data-key="stopped-part">stopped</span>
          </span>
        </p>
      </header>
      <table className="bars rungs">
        <thead>
          <tr>
            <th scope="col">Rung</th>
            <th scope="col">Reached</th>
            <th scope="col">Stopped</th>
            <th scope="col">Best stopped</th>
          </tr>
        </thead>
        <tbody>
          {rungs.map(({ at: rung, reached, stopped: here, best }) => (
            <tr key={rung ?? 'none'}>
              <th scope="row">{rung === undefined ? 'none' : formatNumber(rung)}</th>
              <td>
                <i
                  className="bar-part"
                  style={{ width: `${(MAX_BAR_PERCENT * (reached - here)) / max}%` }}
                  aria-hidden="true"
                />
                <i
                  className="bar-part part"
                  style={{ width: `${(MAX_BAR_PERCENT * here) / max}%` }}
                  aria-hidden="true"
                />
                <span>{formatCount(reached)}</span>
              </td>
              <td className="muted">
                {formatCount(here)} ({Math.round((100 * here) / reached)}%)
              </td>
              <td className="muted">{best === undefined ? '' : formatNumber(best)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ReasonList at={at} trials={stopped} why={({ reason }) => reason} metric={table.value.name} />
    </section>
  )
})

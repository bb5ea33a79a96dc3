import { useQuery } from '@tanstack/react-query'
import { memo, useMemo } from 'react'
import { getRungs, type SweepAt } from '../api/endpoints.ts'
import { formatCount, formatNumber } from '../model/format.ts'
import type { TrialTable } from '../model/trial-table.ts'
import { ReasonList } from './reason-list.tsx'

/** Maximum bar width in % of its cell; the rest is for the number. */
const MAX_BAR_PERCENT = 76

interface Rung {
  readonly at: number | undefined
  /** Undefined where the service has not counted them. */
  readonly reached: number | undefined
  readonly stopped: number
  readonly best: number | undefined
}

/** Per rung: trials that reached it, as the service has counted them, and trials stopped at it. */
function rungsOf(
  { trials, goal, value }: TrialTable,
  mask: Uint8Array,
  counts: ReadonlyMap<number, number>,
): Rung[] {
  const stopped = trials.flatMap(({ state, rung }, row) =>
    state === 'stopped' && mask[row] === 1 ? [{ row, rung }] : [],
  )
  const at = [...new Set([...stopped.map(({ rung }) => rung), ...counts.keys()])].sort(
    (a, b) => (a ?? 0) - (b ?? 0),
  )
  return at.map((rung) => {
    const here = stopped.filter((trial) => trial.rung === rung)
    const values = here.map(({ row }) => value.values[row]!).filter(Number.isFinite)
    const best =
      values.length === 0 ? undefined : goal === 'maximize' ? Math.max(...values) : Math.min(...values)
    return {
      at: rung,
      reached: rung === undefined ? undefined : counts.get(rung),
      stopped: here.length,
      best,
    }
  })
}

/** Trials stopped early, by rung, with the reasons of the last ones. */
export const EarlyStopping = memo(function EarlyStopping({
  at,
  table,
  mask,
  resource,
}: {
  at: SweepAt
  table: TrialTable
  mask: Uint8Array
  /** The metric that counts the rungs; the number of logged values by default. */
  resource: string | undefined
}) {
  const passing = table.trials.filter((_, row) => mask[row] === 1)
  const stopped = passing.filter(({ state }) => state === 'stopped')
  const ended = table.trials.filter(({ state }) => state !== 'queued' && state !== 'running').length
  const { data } = useQuery({
    queryKey: ['rungs', at.sweep, ended],
    queryFn: () => getRungs(at),
    enabled: stopped.length > 0,
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
  })
  // The service counts all trials: of a part of them it is not known.
  const filtered = passing.length < table.trials.length
  const counts = useMemo(
    () => new Map(filtered ? [] : data?.map(({ rung, reached }) => [rung, reached] as const)),
    [data, filtered],
  )
  if (stopped.length === 0) return null
  const rungs = rungsOf(table, mask, counts)
  const max = Math.max(...rungs.map(({ reached, stopped: here }) => reached ?? here))
  return (
    <section className="card figure" aria-labelledby="early">
      <header>
        <h2 id="early">Stopped early</h2>
        <p className="hint">
          {formatCount(stopped.length)} of {formatCount(passing.length)} trials were stopped early
          {filtered && ' (filtered)'}{' '}
          <span className="legend-inline">
            <span data-key="promoted">promoted</span>
            <span data-key="stopped-part">stopped</span>
          </span>
        </p>
      </header>
      <table className="bars rungs">
        <thead>
          <tr>
            <th scope="col">{resource ?? 'Values logged'}</th>
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
                  style={{ width: `${(MAX_BAR_PERCENT * Math.max(0, (reached ?? here) - here)) / max}%` }}
                  aria-hidden="true"
                />
                <i
                  className="bar-part part"
                  style={{ width: `${(MAX_BAR_PERCENT * here) / max}%` }}
                  aria-hidden="true"
                />
                <span>{reached === undefined ? '' : formatCount(reached)}</span>
              </td>
              <td className="muted">
                {formatCount(here)}
                {reached !== undefined && reached > 0 && ` (${Math.round((100 * here) / reached)}%)`}
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

import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import { useMemo } from 'react'
import type { SweepAt } from '../api/endpoints.ts'
import type { Feed } from '../api/sweep-feed.ts'
import { runUrl } from '../app/routes.ts'
import { useCanWrite, useViewer } from '../app/use-viewer.ts'
import { costOf } from '../model/cost.ts'
import {
  exactText,
  formatAgo,
  formatCount,
  formatDollars,
  formatDuration,
  formatNumber,
  formatRoughly,
  formatValue,
} from '../model/format.ts'
import { noBestText } from '../model/no-best.ts'
import { progressOf } from '../model/progress.ts'
import { cellText, flatten, objectivesOf, type TrialTable } from '../model/trial-table.ts'
import { Link } from '../ui/link.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { useNow } from '../ui/use-now.ts'
import { bestRows } from './best-trials.ts'
import { CopyParams } from './copy-params.tsx'
import { ProgressBar, ProgressLegend } from './progress-bar.tsx'
import { SweepActions } from './sweep-actions.tsx'

const FEED_LABELS: Readonly<Record<Feed['state'], string>> = {
  loading: 'connecting',
  live: 'live',
  polling: 'live (polling)',
  ended: '',
  offline: 'Server unreachable, retrying',
  failed: 'Disconnected',
}

/** Name, actions, progress and best trial of a sweep. */
export function SweepHeader({
  at,
  sweep,
  feed,
  table,
  onChanged,
}: {
  at: SweepAt
  sweep: SweepBody
  feed: Feed
  table: TrialTable
  onChanged: () => void
}) {
  const now = useNow(5_000)
  const canWrite = useCanWrite()
  const isOnAws = useViewer()?.hosted_on === 'aws'
  const { ended, total, leftMs } = progressOf(sweep, feed.trials, now)
  const { computeMs, elapsedMs, agents, dollars } = useMemo(
    () => costOf(feed.trials, now),
    [feed.trials, now],
  )
  const best = sweep.best ? feed.trials.find(({ number }) => number === sweep.best?.number) : undefined
  const bests = useMemo(() => bestRows(table, sweep.best), [table, sweep.best])
  const objectives = objectivesOf(sweep)
  const isSeveral = objectives.length > 0
  const equal = bests.filter((row) => table.trials[row]!.number !== sweep.best?.number).length
  return (
    <>
      <div className="page-header">
        <div>
          <h1>
            {sweep.name ?? sweep.id} <StateBadge state={sweep.state} />
          </h1>
          <p className="muted">
            {sweep.method}
            {(isSeveral ? objectives : sweep.metric ? [sweep.metric] : []).map(({ name, goal }, i) => (
              <span key={name}>
                {i === 0 ? ' · ' : ', '}
                {goal} <b>{name}</b>
              </span>
            ))}{' '}
            · started {formatAgo(sweep.created_at, now)}
            {FEED_LABELS[feed.state] !== '' && (
              <span className="feed-state" data-state={feed.state}>
                {' '}
                · <i aria-hidden="true" /> {FEED_LABELS[feed.state]}
              </span>
            )}
          </p>
          {sweep.state_reason && (
            <p>
              {sweep.state === 'paused' ? 'Paused' : 'Finished'}: {sweep.state_reason}
            </p>
          )}
        </div>
        <span className="grow" />
        {canWrite && <SweepActions at={at} sweep={sweep} like={best} onChanged={onChanged} />}
      </div>
      <div className="summary">
        <section className="card" aria-label="Progress">
          <p className="big">
            {formatCount(ended)}{' '}
            <span className="muted">
              {total === undefined ? 'trials, no trial limit' : `of ${formatCount(total)} trials`}
            </span>
            <span className="grow" />
            {leftMs !== undefined && <span className="left">about {formatRoughly(leftMs)} left</span>}
          </p>
          <ProgressBar sweep={sweep} />
          <ProgressLegend sweep={sweep} />
          <dl className="stats">
            {feed.trials.length > 0 && (
              <div title="Wall-clock time from the first trial to the last update">
                <dt>Elapsed</dt>
                <dd>{formatDuration(elapsedMs)}</dd>
              </div>
            )}
            <div title="Total run time of all trials">
              <dt>Compute</dt>
              <dd>{formatDuration(computeMs)}</dd>
            </div>
            {isOnAws && (
              <div title="Estimated AWS charges of the service, without training compute and without the free tier; see docs/costs.md">
                <dt>AWS cost (est.)</dt>
                <dd>{formatDollars(dollars)}</dd>
              </div>
            )}
            {agents > 0 && (
              <div>
                <dt>Agents</dt>
                <dd>{formatCount(agents)}</dd>
              </div>
            )}
          </dl>
        </section>
        <section className="card" aria-label="Best trial">
          {isSeveral && bests.length > 0 ? (
            <FrontList at={at} table={table} rows={bests} />
          ) : sweep.best ? (
            <>
              <p className="big">
                <span className="muted">Best {sweep.metric?.name}</span>{' '}
                <span title={exactText(sweep.best.value)}>{formatNumber(sweep.best.value)}</span>
                <span className="grow" />
                <Link href={runUrl(at.entity, at.project, sweep.best.run)}>trial {sweep.best.number}</Link>
                {equal > 0 && (
                  <span
                    className="muted"
                    title="Trials that finished with the same value; they have a star in the table"
                  >
                    {' '}
                    +{equal} equal
                  </span>
                )}
              </p>
              {best && (
                <>
                  <dl className="params">
                    {Object.entries(flatten(best.params)).map(([name, value]) => (
                      <div key={name}>
                        <dt>{name}</dt>
                        <dd title={exactText(value)}>{formatValue(value)}</dd>
                      </div>
                    ))}
                  </dl>
                  <CopyParams params={best.params} />
                </>
              )}
              {best?.suggested_by && (
                <p className="reason muted" title={best.suggested_by.why}>
                  {best.suggested_by.arm}: {best.suggested_by.why}
                </p>
              )}
            </>
          ) : (
            <p className="muted">
              {sweep.metric ? noBestText(sweep.metric.name, feed.trials) : 'No metric configured.'}
            </p>
          )}
        </section>
      </div>
      {sweep.warnings.length > 0 && (
        <details className="warnings">
          <summary>
            {sweep.warnings.length} {sweep.warnings.length === 1 ? 'warning' : 'warnings'}
          </summary>
          <ul>
            {sweep.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

/** More of a front are in its chart and the table. */
const MAX_FRONT = 6

/** The Pareto front: several objectives have no single best trial. */
function FrontList({ at, table, rows }: { at: SweepAt; table: TrialTable; rows: readonly number[] }) {
  const first = table.objectives[0]!
  const sign = first.goal === 'maximize' ? -1 : 1
  const { values } = first.column
  const shown = [...rows].sort((a, b) => sign * (values[a]! - values[b]!)).slice(0, MAX_FRONT)
  return (
    <>
      <p className="big">
        {formatCount(rows.length)}{' '}
        <span className="muted">{rows.length === 1 ? 'trial' : 'trials'} on the Pareto front</span>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it */}
      <section className="scroll" aria-label="Pareto front, best trials" tabIndex={0}>
        <table className="plain front">
          <thead>
            <tr>
              <th scope="col">Trial</th>
              {table.objectives.map(({ column: { name } }) => (
                <th key={name} scope="col" className="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row}>
                <th scope="row">
                  <Link href={runUrl(at.entity, at.project, table.trials[row]!.run)}>
                    {table.trials[row]!.number}
                  </Link>
                </th>
                {table.objectives.map(({ column }) => (
                  <td key={column.name} className="number" title={exactText(column.values[row])}>
                    {cellText(column, column.values[row]!)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {shown.length < rows.length && (
        <p className="muted">and {formatCount(rows.length - shown.length)} more, with a star in the table</p>
      )}
    </>
  )
}

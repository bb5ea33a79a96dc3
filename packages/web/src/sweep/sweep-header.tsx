import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import { useMemo } from 'react'
import type { SweepAt } from '../api/endpoints.ts'
import type { Feed } from '../api/sweep-feed.ts'
import { runUrl } from '../app/routes.ts'
import { readOnly } from '../app/share-link.ts'
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
import { flatten } from '../model/trial-table.ts'
import { Link } from '../ui/link.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { useNow } from '../ui/use-now.ts'
import { isBest } from './best-trials.ts'
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
  onChanged,
}: {
  at: SweepAt
  sweep: SweepBody
  feed: Feed
  onChanged: () => void
}) {
  const now = useNow(5_000)
  const { ended, total, leftMs } = progressOf(sweep, feed.trials, now)
  const { computeMs, elapsedMs, agents, dollars } = useMemo(
    () => costOf(feed.trials, now),
    [feed.trials, now],
  )
  const best = sweep.best ? feed.trials.find(({ number }) => number === sweep.best?.number) : undefined
  const equal = useMemo(
    () =>
      feed.trials.filter((trial) => isBest(trial, sweep.best) && trial.number !== sweep.best?.number).length,
    [feed.trials, sweep.best],
  )
  return (
    <>
      <div className="page-header">
        <div>
          <h1>
            {sweep.name ?? sweep.id} <StateBadge state={sweep.state} />
          </h1>
          <p className="muted">
            {sweep.description && <>{sweep.description} · </>}
            {sweep.method}
            {sweep.metric && (
              <>
                {' '}
                · {sweep.metric.goal} <b>{sweep.metric.name}</b>
              </>
            )}{' '}
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
        {!readOnly && <SweepActions at={at} sweep={sweep} like={best} onChanged={onChanged} />}
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
            <div title="Estimated AWS charges of the service, without training compute and without the free tier; see docs/costs.md">
              <dt>AWS cost (est.)</dt>
              <dd>{formatDollars(dollars)}</dd>
            </div>
            {agents > 0 && (
              <div>
                <dt>Agents</dt>
                <dd>{formatCount(agents)}</dd>
              </div>
            )}
          </dl>
        </section>
        <section className="card" aria-label="Best trial">
          {sweep.best ? (
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

import type { SweepBody } from '@chimney/core/schema/api'
import { useMemo } from 'react'
import type { SweepAt } from '../api/endpoints.ts'
import type { Feed } from '../api/sweep-feed.ts'
import { runUrl } from '../app/routes.ts'
import { readOnly } from '../app/share-link.ts'
import {
  formatAgo,
  formatCount,
  formatDollars,
  formatDuration,
  formatNumber,
  formatRoughly,
  formatValue,
} from '../model/format.ts'
import { progressOf } from '../model/progress.ts'
import { spentOn } from '../model/cost.ts'
import { flatten } from '../model/trial-table.ts'
import { Link } from '../ui/link.tsx'
import { useNow } from '../ui/use-now.ts'
import { StateBadge } from '../ui/state-badge.tsx'
import { Controls } from './sweep-actions.tsx'
import { ProgressBar, ProgressLegend } from './progress-bar.tsx'

const NEWS: Readonly<Record<Feed['state'], string>> = {
  loading: 'connecting',
  live: 'live',
  polling: 'live, asking every 2 s',
  over: '',
  offline: 'the service does not answer; trying again',
  failed: 'no news',
}

/** What a sweep is about, how far it is, and what came out best. */
export function SweepHead({
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
  const { trainingMs, elapsedMs, agents, dollars } = useMemo(
    () => spentOn(feed.trials, now),
    [feed.trials, now],
  )
  const best = sweep.best ? feed.trials.find(({ number }) => number === sweep.best?.number) : undefined
  return (
    <>
      <div className="head">
        <div>
          <h1>
            {sweep.name ?? sweep.id} <StateBadge state={sweep.state} />
          </h1>
          <p className="soft">
            {sweep.description && <>{sweep.description} · </>}
            {sweep.method}
            {sweep.metric && (
              <>
                {' '}
                · {sweep.metric.goal} <b>{sweep.metric.name}</b>
              </>
            )}{' '}
            · begun {formatAgo(sweep.created_at, now)}
            {NEWS[feed.state] !== '' && (
              <span className="news" data-state={feed.state}>
                {' '}
                · <i aria-hidden="true" /> {NEWS[feed.state]}
              </span>
            )}
          </p>
        </div>
        <span className="grow" />
        {!readOnly && <Controls at={at} sweep={sweep} like={best} onChanged={onChanged} />}
      </div>
      <div className="facts">
        <section className="card" aria-label="Progress">
          <p className="big">
            {formatCount(ended)}{' '}
            <span className="soft">
              of {total === undefined ? 'any number of' : formatCount(total)} trials
            </span>
            <span className="grow" />
            {leftMs !== undefined && <span className="left">about {formatRoughly(leftMs)} left</span>}
          </p>
          <ProgressBar sweep={sweep} />
          <ProgressLegend sweep={sweep} />
          <dl className="facts-row">
            {feed.trials.length > 0 && (
              <div title="From the first trial to the last sign of one">
                <dt>Time</dt>
                <dd>{formatDuration(elapsedMs)}</dd>
              </div>
            )}
            <div title="The time of all agents together">
              <dt>Training</dt>
              <dd>{formatDuration(trainingMs)}</dd>
            </div>
            <div title="What the service itself costs for it, about, without your training machines and without free tiers; see docs/costs.md">
              <dt>AWS</dt>
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
                <span className="soft">Best {sweep.metric?.name}</span> {formatNumber(sweep.best.value)}
                <span className="grow" />
                <Link href={runUrl(at.entity, at.project, sweep.best.run)}>trial {sweep.best.number}</Link>
              </p>
              {best && (
                <dl className="params">
                  {Object.entries(flatten(best.params)).map(([name, value]) => (
                    <div key={name}>
                      <dt>{name}</dt>
                      <dd>{formatValue(value)}</dd>
                    </div>
                  ))}
                </dl>
              )}
              {best?.suggested_by && (
                <p className="why soft" title={best.suggested_by.why}>
                  {best.suggested_by.arm}: {best.suggested_by.why}
                </p>
              )}
            </>
          ) : (
            <p className="soft">
              {sweep.metric
                ? `No trial has told ${sweep.metric.name} yet.`
                : 'The sweep names no metric, so no trial is the best.'}
            </p>
          )}
        </section>
      </div>
      {sweep.warnings.length > 0 && (
        <details className="warnings">
          <summary>
            {sweep.warnings.length} {sweep.warnings.length === 1 ? 'warning' : 'warnings'} about the config
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

import type { RunBody } from '@chimney/core/schema/api/runs'
import { formatAgo, formatDuration, formatTime } from '../model/format.ts'

/** Attempts, times and labels of a run. */
export function RunDetails({ run, now }: { run: RunBody; now: number }) {
  const facts: readonly (readonly [string, string | null])[] = [
    ['Run', run.path],
    ...run.past_attempts.map((past) => [`Attempt ${past.attempt}`, pastText(past)] as const),
    [
      run.attempt > 1 ? `Attempt ${run.attempt}` : 'Attempt',
      run.attempt > 1
        ? `current${run.attempt_started_at ? `, started ${formatTime(run.attempt_started_at)}` : ''}`
        : String(run.attempt),
    ],
    ['Agent', run.agent],
    ['Lease', run.state === 'running' && run.lease_until ? leaseText(run.lease_until, now) : null],
    ['Last heartbeat', run.heartbeat_at && formatAgo(run.heartbeat_at, now)],
    ['Created', formatTime(run.created_at)],
    [run.attempt > 1 ? 'First started' : 'Started', run.started_at && formatTime(run.started_at)],
    ['Ended', run.ended_at && formatTime(run.ended_at)],
    ['Exit code', run.exit_code === null ? null : String(run.exit_code)],
    ['Group', run.group],
    ['Job type', run.job_type],
    ['Tags', run.tags.length > 0 ? run.tags.join(', ') : null],
  ]
  return (
    <section className="card figure" aria-label="Details">
      <header>
        <h2>Details</h2>
        {run.attempt > 1 && <p className="hint">All attempts use the same parameters.</p>}
      </header>
      <dl className="key-values">
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </section>
  )
}

const ENDS: Readonly<Record<RunBody['past_attempts'][number]['end'], string>> = {
  lost: 'lost: no heartbeat',
  preempted: 'preempted',
  released: 'released by agent',
  finished: 'finished, restarted',
  failed: 'failed, restarted',
  stopped: 'stopped, restarted',
  killed: 'killed, restarted',
  crashed: 'crashed, restarted',
}

function pastText({ agent, started_at, heartbeat_at, end }: RunBody['past_attempts'][number]): string {
  const when = started_at && formatTime(started_at)
  const durationOf =
    started_at && heartbeat_at && `for ${formatDuration(Date.parse(heartbeat_at) - Date.parse(started_at))}`
  return [ENDS[end], agent && `on ${agent}`, when, durationOf].filter(Boolean).join(' · ')
}

const leaseText = (until: string, now: number): string => {
  const left = Date.parse(until) - now
  return left > 0 ? `expires in ${formatDuration(left)}` : 'expired; the trial will be retried'
}

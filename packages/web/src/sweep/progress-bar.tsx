import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import { formatCount } from '../model/format.ts'

const PARTS = ['finished', 'stopped', 'failed', 'crashed', 'killed', 'open'] as const
const LABELS: Readonly<Record<(typeof PARTS)[number], string>> = {
  finished: 'finished',
  stopped: 'stopped early',
  failed: 'failed',
  crashed: 'crashed',
  killed: 'killed',
  open: 'running',
}

/** Trials by state, as shares of the trial limit. */
export function ProgressBar({ sweep }: { sweep: SweepBody }) {
  const { trials, limit } = sweep
  const total = Math.max(
    1,
    trials.handed_out,
    sweep.state === 'finished' || sweep.state === 'cancelled' ? 0 : (limit ?? 0),
  )
  const nonEmpty = PARTS.filter((part) => trials[part] > 0)
  const text = nonEmpty.map((part) => `${trials[part]} ${LABELS[part]}`).join(', ')
  return (
    <div
      className="progress"
      role="img"
      aria-label={`${trials.handed_out}${limit === null ? '' : ` of ${limit}`} trials started: ${text || 'none yet'}`}
    >
      {nonEmpty.map((part) => (
        <i
          key={part}
          data-part={part}
          style={{ width: `${(100 * trials[part]) / total}%` }}
          title={`${trials[part]} ${LABELS[part]}`}
        />
      ))}
    </div>
  )
}

/** Legend of {@link ProgressBar}. */
export function ProgressLegend({ sweep }: { sweep: SweepBody }) {
  return (
    <ul className="legend">
      {PARTS.filter((part) => sweep.trials[part] > 0).map((part) => (
        <li key={part}>
          <i data-part={part} aria-hidden="true" /> {formatCount(sweep.trials[part])} {LABELS[part]}
        </li>
      ))}
    </ul>
  )
}

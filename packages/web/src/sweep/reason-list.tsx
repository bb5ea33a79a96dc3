import type { TrialBody } from '@chimney/core/schema/api/trials'
import type { SweepAt } from '../api/endpoints.ts'
import { runUrl } from '../app/routes.ts'
import { formatNumber } from '../model/format.ts'
import { Link } from '../ui/link.tsx'

/** Reasons listed per card; the trials table has the others. */
const MAX_REASONS = 8

/** The reasons of the last trials, newest first. */
export function ReasonList({
  at,
  trials,
  why,
  metric,
}: {
  at: SweepAt
  trials: readonly TrialBody[]
  why: (trial: TrialBody) => string | undefined
  metric: string
}) {
  return (
    <ul className="reason-list">
      {trials
        .slice(-MAX_REASONS)
        .reverse()
        .map((trial) => (
          <li key={trial.number}>
            <Link href={runUrl(at.entity, at.project, trial.run)}>trial {trial.number}</Link>
            {trial.value !== undefined && (
              <span className="muted">
                {' '}
                {metric} {formatNumber(trial.value)}
              </span>
            )}
            : {why(trial) ?? 'no reason recorded'}
          </li>
        ))}
    </ul>
  )
}

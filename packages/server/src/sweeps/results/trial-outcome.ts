import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import type { EndState } from '@chimney/core/sweep/lifecycle'
import { judgedOutcome, type Outcome } from '@chimney/core/sweep/outcome'
import { summaryOf } from '../../runs/live/summary.ts'
import type { RunLive } from '../../store/runs.ts'

/** What a run that ended in this state says to its sweep. */
export const trialOutcome = (live: RunLive, state: EndState, config: SweepConfig): Outcome =>
  judgedOutcome(
    {
      state,
      summary: summaryOf(live),
      ...(live.rung !== undefined && { rung: live.rung }),
      ...(live.rungLoss !== undefined && { rungLoss: live.rungLoss }),
    },
    config,
  )

/** Why a run ended, for its trial. */
export const reasonOf = ({ state, reason, stop }: RunLive): string | undefined =>
  reason ?? (state === 'stopped' || state === 'killed' ? stop?.reason : undefined)

import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import { missingValueNote } from '@chimney/core/sweep/diagnose/missing-value'
import { summaryOf } from '../../runs/live/summary.ts'
import type { RunLive } from '../../store/runs.ts'
import { trialOutcome } from './trial-outcome.ts'

/** Why a finished run gave its sweep no value, in a few words; undefined when it gave one, did not finish, or was voided. */
export function missingOf(live: RunLive, config: SweepConfig): string | undefined {
  if (live.state !== 'finished' || live.voided) return undefined
  if (trialOutcome(live, live.state, config).value !== undefined) return undefined
  const { metric, metrics = metric ? [metric] : [] } = config
  const summary = summaryOf(live)
  for (const { name } of metrics) {
    const note = missingValueNote(summary, name)
    if (note !== undefined) return note
  }
  return undefined
}

import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { UnixMs } from '../../clock.ts'
import type { RunLive } from '../../store/runs.ts'
import type { EarlierResult, TrialRecord } from '../../store/trials.ts'
import { without } from '../../without.ts'
import { missingOf } from './missing-value.ts'
import { reasonOf, trialOutcome } from './trial-outcome.ts'

/** An amendment writes the whole trial, and pages of trials hold 500 of them: the list stays short. */
const MAX_EARLIER = 5

/** The trial as its amended run says, with what it said before. */
export function amendedTrial(
  trial: TrialRecord,
  live: RunLive,
  config: SweepConfig,
  now: UnixMs,
): TrialRecord {
  const rest = without(trial, ['value', 'loss', 'rung', 'values', 'violation', 'slacks', 'reason', 'voided'])
  const earlier = [...(trial.earlier ?? []), ...resultOf(trial)].slice(-MAX_EARLIER)
  const history = { ...(earlier.length > 0 && { earlier }), amended: live.amended ?? 0, updatedAt: now }
  const { state } = live
  if (!isEnd(state)) {
    const kept = state === 'queued' ? without(rest, ['agent', 'startedAt']) : rest
    return { ...kept, ...history, state, attempt: live.attempt }
  }
  const reason = live.voided?.reason ?? reasonOf(live) ?? missingOf(live, config)
  return {
    ...rest,
    ...history,
    state,
    attempt: live.endedBy ?? live.attempt,
    ...(live.voided ? { voided: live.voided } : trialOutcome(live, state, config)),
    ...(reason !== undefined && { reason }),
  }
}

function resultOf({
  state,
  attempt,
  value,
  values,
  reason,
  updatedAt,
}: TrialRecord): readonly EarlierResult[] {
  if (!isEnd(state)) return []
  return [
    {
      state,
      attempt,
      ...(value !== undefined && { value }),
      ...(values !== undefined && { values }),
      ...(reason !== undefined && { reason }),
      at: updatedAt,
    },
  ]
}

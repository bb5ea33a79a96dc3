import type { SweepKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import type { NextTrialAnswer } from '../handout/answer-request.ts'
import type { HandoutDeps } from '../handout/claim-trial.ts'
import { type NextTrial, nextTrial } from '../handout/next-trial.ts'

export interface TrialsRequest extends NextTrial {
  /** Whether `agent` names a worker that may start again, rather than one process. */
  readonly lasting?: boolean
}

/**
 * As {@link nextTrial}. When that has none, it looks for trials of lost agents before the agent has to wait: those whose lease has
 * ended, and those that an agent of this name held.
 */
export async function requestTrials(
  deps: HandoutDeps & Pick<Deps, 'queue' | 'files' | 'onFailure'>,
  key: SweepKey,
  request: TrialsRequest,
): Promise<NextTrialAnswer> {
  const answer = await nextTrial(deps, key, request)
  if (answer.kind === 'trials') return answer
  // Not read at a cold start.
  const { freeTrials } = await import('./free-trials.ts')
  const freed = await freeTrials(deps, key, request.lasting ? request.agent : undefined)
  return freed ? nextTrial(deps, key, request) : answer
}

import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { SweepHead } from '../../store/sweeps.ts'
import { hasEnded, loadSweep } from '../load-sweep.ts'
import type { HandedOut, HandoutDeps } from './claim-trial.ts'
import { endSweepIfOver } from './end-sweep.ts'

export type NextTrialAnswer =
  | { readonly kind: 'trials'; readonly trials: readonly HandedOut[] }
  /** The sweep is paused, or all its trials are handed out and some are running: ask again after so many seconds. */
  | { readonly kind: 'wait'; readonly seconds: number }

/** A user resumes a paused sweep. */
export const PAUSED: NextTrialAnswer = { kind: 'wait', seconds: 10 }
/** A running trial whose lease expires is handed out again. */
const ALL_HANDED_OUT: NextTrialAnswer = { kind: 'wait', seconds: 5 }

/** The answer to a request that got these trials. Ends the sweep when there are none and none are left. */
export async function answerRequest(
  deps: HandoutDeps,
  key: SweepKey,
  trials: readonly HandedOut[],
): Promise<NextTrialAnswer> {
  if (trials.length > 0) return { kind: 'trials', trials }
  const { head } = await loadSweep(deps, key)
  if (hasEnded(head) || (await endSweepIfOver(deps, key, head))) throw sweepFinished(key, head)
  return head.state === 'paused' ? PAUSED : ALL_HANDED_OUT
}

export function sweepFinished(key: SweepKey, { state }: Pick<SweepHead, 'state'>): Problem {
  const how = state === 'cancelled' ? 'was cancelled' : 'is finished'
  const instead = state === 'cancelled' ? 'create a new sweep' : 'raise its run_cap or create a new sweep'
  return new Problem(
    'conflict',
    'sweep-finished',
    `sweep ${sweepPath(key)} ${how} and has no more trials; ${instead}`,
  )
}

import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { claimantOf } from '../../runs/live/claim-live.ts'
import { hasEnded, loadSweep } from '../load-sweep.ts'
import { answerRequest, type NextTrialAnswer, PAUSED, sweepFinished } from './answer-request.ts'
import type { HandoutDeps, TrialRequest } from './claim-trial.ts'
import { claimWaiting } from './claim-waiting.ts'
import { createFresh } from './create-fresh.ts'
import { finishAtTime } from './limit-sweep.ts'
import { openReceipt } from './receipt.ts'
import { repeatAnswer } from './repeat-answer.ts'
import { takeNumbers } from './take-numbers.ts'

export interface NextTrial {
  /** 1 to 100. */
  readonly count: number
  readonly agent?: string
  /** Opaque; scoped to the caller. The same key gets the same trials. */
  readonly idempotencyKey?: string
}

/**
 * Hands out the next trials, each number once: trials that wait for an agent first, then new ones. Throws `sweep-finished` when
 * there will be no more trials.
 */
export async function nextTrial(
  deps: HandoutDeps,
  key: SweepKey,
  input: NextTrial,
): Promise<NextTrialAnswer> {
  const request: TrialRequest = { count: input.count, claimant: claimantOf(input) }
  const content = JSON.stringify([sweepPath(key), input.count, input.agent ?? null])
  const receipt = await openReceipt(deps, input.idempotencyKey, content)
  if (receipt.grants) return repeatAnswer(deps, key, request, receipt.grants)
  try {
    const sweep = await loadSweep(deps, key)
    if (hasEnded(sweep.head)) throw sweepFinished(key, sweep.head)
    if (await finishAtTime(deps, sweep)) throw sweepFinished(key, { state: 'finished' })
    if (sweep.head.state === 'paused') return PAUSED

    const waiting = await claimWaiting(deps, sweep, request)
    const taken = await takeNumbers(deps, sweep, request.count - waiting.length)
    // Before the new trials are created: if this request dies now, its repetition creates them.
    await receipt.settle([
      ...waiting.map(({ trial }) => ({ number: trial.key.number, attempt: trial.attempt })),
      ...taken.numbers.map((number) => ({ number, attempt: 1 })),
    ])
    const fresh = await createFresh(deps, taken, request)
    return await answerRequest(deps, key, [...waiting, ...fresh])
  } finally {
    await receipt.close()
  }
}

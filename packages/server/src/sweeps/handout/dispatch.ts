import { sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../../deps.ts'
import type { TrialMessage } from '../../queue/queue.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { newTrial, putTrial } from '../trials/create-trials.ts'
import { takeNumbers } from './take-numbers.ts'

/** The agent function of a sweep, if its config names one. */
export const agentFunctionOf = (record: Pick<SweepRecord, 'config'>): string | undefined =>
  record.config.dispatch?.agent

/**
 * Starts as many trials as an agent function has free slots: takes numbers, puts the trials, then sends their keys. Reconcile
 * repairs what is lost between these steps. Returns how many trials were sent.
 */
export async function dispatchTrials(
  deps: Pick<Deps, 'store' | 'queue' | 'clock'>,
  record: SweepRecord,
  head: SweepHead,
): Promise<number> {
  if (agentFunctionOf(record) === undefined) return 0
  const taken = await takeNumbers(deps, { record, head }, Number.POSITIVE_INFINITY)
  if (taken.numbers.length === 0) return 0
  // Not read at a cold start.
  const { planNumbers } = await import('../search/plan-numbers.ts')
  const suggestions = await planNumbers(deps, record, taken.head, taken.numbers)
  const now = deps.clock.now()
  const trials = taken.numbers.flatMap((number, i) => {
    const suggestion = suggestions[i]
    return suggestion ? [newTrial(record.key, number, suggestion, { state: 'queued' }, now)] : []
  })
  await Promise.all(trials.map((trial) => putTrial(deps, trial, { state: 'queued' })))
  await sendTrials(deps, record, trials)
  return trials.length
}

/**
 * Sends queued trials to the sweep's agent function. Safe to repeat: only one claim of an attempt succeeds. Trials that could not
 * be sent wait, so that reconcile sends them within a minute.
 */
export async function sendTrials(
  deps: Pick<Deps, 'store' | 'queue' | 'clock'>,
  record: SweepRecord,
  trials: readonly TrialRecord[],
): Promise<void> {
  const agent = agentFunctionOf(record)
  if (agent === undefined || trials.length === 0) return
  try {
    await deps.queue.send(agent, trials.map(messageOf))
  } catch (error) {
    const numbers = trials.map(({ key }) => key.number)
    // The first error is the cause. If this fails too, reconcile sends them after its grace period.
    await deps.store.addWaiting(record.key, numbers, deps.clock.now()).catch(() => undefined)
    throw error
  }
}

/** Sends trials that follow from what is stored already: a busy queue fails no request then, because reconcile sends within a minute. */
export async function nowOrLater(
  deps: Pick<Deps, 'onFailure'>,
  record: SweepRecord,
  send: () => Promise<unknown>,
): Promise<void> {
  try {
    await send()
  } catch (error) {
    if (!(error instanceof Problem && error.kind === 'retryable')) throw error
    deps.onFailure?.(`dispatch of sweep ${sweepPath(record.key)}`, error)
  }
}

/** The message by which an agent function claims the next attempt of a queued trial. */
const messageOf = ({ key, run, attempt, replicate }: TrialRecord): TrialMessage => ({
  v: 1,
  entity: key.entity,
  project: key.project,
  sweep: key.sweep,
  number: key.number,
  run,
  attempt: attempt + 1,
  ...(replicate && { replicate: { index: replicate.index, of: replicate.of } }),
})

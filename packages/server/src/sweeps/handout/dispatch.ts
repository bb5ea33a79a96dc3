import type { Deps } from '../../deps.ts'
import type { TrialMessage } from '../../queue/queue.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { planNumbers } from '../search/plan-numbers.ts'
import { newTrial, putTrial } from '../trials/make-trials.ts'
import { openCount, placesLeft } from '../trials/trial-counts.ts'

/** The message that lets an agent function begin the next attempt at a queued trial. */
export const messageOf = (trial: TrialRecord): TrialMessage => ({
  v: 1,
  entity: trial.key.entity,
  project: trial.key.project,
  sweep: trial.key.sweep,
  number: trial.key.number,
  run: trial.run,
  attempt: trial.attempt + 1,
})

/**
 * Fills the free places of a sweep that names an agent function: takes numbers, puts the trials, then sends their keys. What
 * gets lost between these steps is found by reconcile. Answers how many trials were sent.
 */
export async function dispatchTrials(
  deps: Pick<Deps, 'store' | 'queue' | 'clock'>,
  record: SweepRecord,
  head: SweepHead,
): Promise<number> {
  const taken = await takeFree(deps, record, head)
  if (!taken) return 0
  const numbers = Array.from({ length: taken.count }, (_, at) => taken.first + at)
  const suggestions = await planNumbers(deps, record, taken.head, numbers)
  const now = deps.clock.now()
  const trials = numbers.flatMap((number, at) => {
    const suggestion = suggestions[at]
    return suggestion ? [newTrial(record.key, number, suggestion, { state: 'queued' }, now)] : []
  })
  await Promise.all(trials.map((trial) => putTrial(deps, trial, { state: 'queued' })))
  await sendTrials(deps, record, trials)
  return trials.length
}

/**
 * Takes as many numbers as places are free; undefined when none is. The places are counted on a head that may be old by now:
 * more trials may have ended since, but none may have been handed out, or two that finish at once fill the same place.
 */
export async function takeFree(
  deps: Pick<Deps, 'store' | 'clock'>,
  record: SweepRecord,
  seen: SweepHead,
  wanted = Number.POSITIVE_INFINITY,
) {
  const { dispatch } = record.config
  if (!dispatch) return undefined
  // Each lost race means that somebody else got numbers, so this ends.
  for (let head: SweepHead | undefined = seen; head?.state === 'running'; ) {
    const count = Math.min(wanted, dispatch.concurrency - openCount(head), placesLeft(head))
    if (count <= 0) return undefined
    const taken = await deps.store.takeNumbers(record.key, count, deps.clock.now(), head.taken)
    if (taken) return { ...taken, count }
    head = await deps.store.getHead(record.key)
  }
  return undefined
}

/** The agent function of a sweep, if it names one. */
export const dispatchedAgent = (record: Pick<SweepRecord, 'config'>): string | undefined =>
  record.config.dispatch?.agent

/** Sends queued trials to the sweep's agent function. Sending one twice is harmless: the second claim finds the first. */
export async function sendTrials(
  deps: Pick<Deps, 'queue'>,
  record: SweepRecord,
  trials: readonly TrialRecord[],
): Promise<void> {
  const agent = dispatchedAgent(record)
  if (agent !== undefined && trials.length > 0) await deps.queue.send(agent, trials.map(messageOf))
}

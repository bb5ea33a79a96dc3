import { type Json, stringifyJson } from '@chimney/core/schema/json'
import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import { Problem } from '@chimney/core/schema/problem'
import { trialLimit } from '@chimney/core/sweep/plan'
import type { Deps } from '../../deps.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { type LoadedSweep, loadSweep, sweepBusy } from '../load-sweep.ts'
import { claimPoint } from '../search/claim-point.ts'
import { samplingOf, searchOf } from '../search/search.ts'
import { newTrial, putTrial } from '../trials/create-trials.ts'
import { enqueuedTrial, isInterrupted } from '../trials/enqueued-trial.ts'
import { completeGiven } from './complete-given.ts'
import { agentFunctionOf, sendTrials } from './dispatch.ts'
import { openReceipt } from './receipt.ts'

export interface EnqueueTrial {
  /** Values by parameter name, in groups as the sweep has them; missing ones are drawn given the rest. */
  readonly params: Json
  readonly idempotencyKey?: string
}

type EnqueueDeps = Pick<Deps, 'store' | 'queue' | 'clock'>

/** The head lists enqueued numbers, and every hand-out pays for the size of the head. */
export const MAX_ENQUEUED = 200
const TRIES = 50

/**
 * Queues a trial with these parameters. It takes the next number and runs before what the sampler would suggest. A finished sweep is
 * reopened for it.
 */
export async function enqueueTrial(
  deps: EnqueueDeps & Pick<Deps, 'randomId' | 'settings'>,
  key: SweepKey,
  { params, idempotencyKey }: EnqueueTrial,
): Promise<TrialRecord> {
  const receipt = await openReceipt(deps, idempotencyKey, stringifyJson([key.sweep, params]))
  if (receipt.grants) return repeatEnqueue(deps, key, params, receipt.grants[0]!.number)
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      const taken = await takeEnqueuedNumber(deps, await loadSweep(deps, key), params)
      if (!taken) continue
      // From here on a repetition of the request completes what this one leaves undone.
      await receipt.settle([{ number: taken.number, attempt: 1 }])
      const trial = await createQueued(deps, taken.record, taken.number, taken.params)
      // Undefined: this request was so slow that its number was given up. It takes another one.
      if (trial) return trial
    }
    throw sweepBusy(key)
  } finally {
    await receipt.close()
  }
}

/** Answers a repeated request; creates the trial if the first request did not get to it. */
async function repeatEnqueue(
  deps: EnqueueDeps,
  key: SweepKey,
  given: Json,
  number: number,
): Promise<TrialRecord> {
  const existing = await deps.store.getTrial({ ...key, number })
  const { record, head } = await loadSweep(deps, key)
  const complete = async () => {
    // As the first request saw it: with what had been enqueued before.
    const before = head.enqueued.filter((other) => other < number)
    return completeGiven(await searchOf(deps, record, { enqueued: before }), number, given)
  }
  const trial =
    existing ??
    (await createQueued(deps, record, number, await complete())) ??
    (await enqueuedTrial(deps, key, number))
  if (isInterrupted(trial))
    throw new Problem(
      'conflict',
      'request-interrupted',
      'this request was interrupted before its parameters were stored; send it with a new Idempotency-Key',
    )
  return trial
}

/** Takes the next number for these parameters; undefined when another writer was first. */
async function takeEnqueuedNumber(deps: EnqueueDeps, { record, head }: LoadedSweep, given: Json) {
  refuseEnqueue(record.key, head)
  const search = await searchOf(deps, record, head)
  const number = head.taken + 1
  const params = completeGiven(search, number, given)
  const { run_cap } = record.config
  if (run_cap !== undefined && number > run_cap)
    throw new Problem(
      'conflict',
      'run-cap-reached',
      `sweep ${sweepPath(record.key)} has handed out all ${run_cap} trials of its run_cap; raise it first`,
    )
  const enqueued = [...search.enqueued, { number, params }]
  const limit = trialLimit({ ...search, enqueued }, run_cap)
  const { limit: _, ...rest } = head
  const next: SweepHead = {
    ...rest,
    ...(limit !== undefined && { limit }),
    // A finished sweep is reopened.
    state: head.state === 'finished' ? 'running' : head.state,
    taken: number,
    enqueued: enqueued.map((trial) => trial.number),
    updatedAt: deps.clock.now(),
    rev: head.rev + 1,
  }
  return (await deps.store.replaceHead(record.key, next, 1)) ? { record, number, params } : undefined
}

function refuseEnqueue(key: SweepKey, head: SweepHead): void {
  if (head.state === 'cancelled')
    throw new Problem(
      'conflict',
      'sweep-finished',
      `sweep ${sweepPath(key)} was cancelled; create a new sweep`,
    )
  if (head.enqueued.length >= MAX_ENQUEUED)
    throw new Problem(
      'conflict',
      'too-many-enqueued',
      `a sweep takes at most ${MAX_ENQUEUED} enqueued trials; create a new sweep with these values instead`,
    )
}

/** Puts the queued trial and makes it known to agents; undefined when the number has a trial already. */
async function createQueued(
  deps: EnqueueDeps,
  record: SweepRecord,
  number: number,
  params: Params,
): Promise<TrialRecord | undefined> {
  const { key } = record
  const suggestion = { params, suggestedBy: { arm: 'enqueued', why: 'enqueued by a user' } }
  const repeats = (await claimPoint(deps, key, await samplingOf(record), number, params)) !== number
  const trial = newTrial(key, number, suggestion, { state: 'queued' }, deps.clock.now(), repeats)
  if ((await putTrial(deps, trial, { state: 'queued' })) === 'taken') return undefined
  if (agentFunctionOf(record) !== undefined) await sendTrials(deps, record, [trial])
  else await deps.store.addWaiting(key, [number], deps.clock.now())
  return trial
}

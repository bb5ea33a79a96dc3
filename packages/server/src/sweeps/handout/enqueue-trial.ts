import { random } from '@chimney/core/samplers/random'
import { EMPTY_HISTORY } from '@chimney/core/samplers/sampler'
import { isObject, type Json, stringifyJson } from '@chimney/core/schema/json'
import type { SweepKey } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import { type Issue, Problem } from '@chimney/core/schema/problem'
import { buildSpace } from '@chimney/core/space/build-space'
import { fitParams } from '@chimney/core/space/check-params'
import type { Space } from '@chimney/core/space/space'
import { trialLimit } from '@chimney/core/sweep/plan'
import type { Deps } from '../../deps.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { loadSweep } from '../load-sweep.ts'
import { holderOf } from '../search/plan-numbers.ts'
import { samplingOf, searchOf } from '../search/search.ts'
import { enqueuedTrial, isInterrupted } from '../trials/enqueued-trial.ts'
import { newTrial, putTrial } from '../trials/make-trials.ts'
import { dispatchedAgent, sendTrials } from './dispatch.ts'
import { withReceipt } from './receipt.ts'

export interface EnqueueTrial {
  /** Values by top-level parameter name; what is left out is drawn at random. */
  readonly params: Json
  readonly idempotencyKey?: string
}

/** The head lists enqueued numbers and must stay small, since every hand-out pays for its size. */
export const MAX_ENQUEUED = 200
const TRIES = 50

/** Queues a trial with these parameters ahead of what the sampler would suggest. It takes the next number. */
export async function enqueueTrial(
  deps: Pick<Deps, 'store' | 'queue' | 'clock' | 'randomId'>,
  key: SweepKey,
  input: EnqueueTrial,
): Promise<TrialRecord> {
  return withReceipt(deps, input.idempotencyKey, stringifyJson([key.sweep, input.params]), {
    replay: (grants) => replay(deps, key, input.params, grants[0]!.number),
    answer: (settle) => enqueue(deps, key, input.params, (number) => settle([{ number, attempt: 1 }])),
  })
}

/** The request again: finishes what its first coming did not get to do. */
async function replay(
  deps: Pick<Deps, 'store' | 'queue' | 'clock'>,
  key: SweepKey,
  given: Json,
  number: number,
): Promise<TrialRecord> {
  const standing = await deps.store.getTrial({ ...key, number })
  const { record } = await loadSweep(deps, key)
  const space = buildSpace(record.config.parameters)
  const made = standing ?? (await make(deps, record, number, completed(space, record.seed, number, given)))
  const trial = made ?? (await enqueuedTrial(deps, key, number))
  if (isInterrupted(trial))
    throw new Problem(
      'conflict',
      'request-interrupted',
      'this request was interrupted before its parameters were kept, and was given up; send it with a new Idempotency-Key',
    )
  return trial
}

async function enqueue(
  deps: Pick<Deps, 'store' | 'queue' | 'clock'>,
  key: SweepKey,
  given: Json,
  settle: (number: number) => Promise<void>,
): Promise<TrialRecord> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const { record, head } = await loadSweep(deps, key)
    if (head.state === 'cancelled' || head.state === 'finished')
      throw new Problem(
        'conflict',
        'sweep-finished',
        `sweep ${key.sweep} is ${head.state}; raise its run_cap or make a new sweep to try more parameters`,
      )
    if (head.enqueued.length >= MAX_ENQUEUED)
      throw new Problem(
        'conflict',
        'too-many-enqueued',
        `a sweep takes at most ${MAX_ENQUEUED} enqueued trials; make a new sweep with these values instead`,
      )
    const search = await searchOf(deps, record, head)
    const number = head.taken + 1
    const params = completed(search.space, record.seed, number, given)
    const enqueued = [...search.enqueued, { number, params }]
    if (record.config.run_cap !== undefined && number > record.config.run_cap)
      throw new Problem(
        'conflict',
        'run-cap-reached',
        `sweep ${key.sweep} has handed out all ${record.config.run_cap} trials of its run_cap; raise it first`,
      )
    const limit = trialLimit({ ...search, enqueued }, record.config.run_cap)
    const { limit: _, ...rest } = head
    const next: SweepHead = {
      ...rest,
      ...(limit !== undefined && { limit }),
      taken: number,
      enqueued: enqueued.map((trial) => trial.number),
      updatedAt: deps.clock.now(),
      rev: head.rev + 1,
    }
    if (!(await deps.store.replaceHead(key, next, 1))) continue
    // From here on a repetition finishes what this request leaves undone.
    await settle(number)
    const trial = await make(deps, record, number, params)
    // Whoever waited for this trial has given it up: it was so slow that another number has to do.
    if (trial) return trial
  }
  throw new Problem('retryable', 'sweep-busy', `too many requests at sweep ${key.sweep}; send it again`, {
    retryAfter: 1,
  })
}

/** Puts the trial and tells agents; undefined when the number has one. */
async function make(
  deps: Pick<Deps, 'store' | 'queue' | 'clock'>,
  record: SweepRecord,
  number: number,
  params: Params,
): Promise<TrialRecord | undefined> {
  const { key } = record
  const suggestion = {
    params,
    suggestedBy: { arm: 'enqueued', why: 'a person asked for these parameters' },
  }
  const repeats = (await holderOf(deps, key, await samplingOf(record), number, params)) !== number
  const trial = newTrial(key, number, suggestion, { state: 'queued' }, deps.clock.now(), repeats)
  if ((await putTrial(deps, trial, { state: 'queued' })) === 'taken') return undefined
  if (dispatchedAgent(record)) await sendTrials(deps, record, [trial])
  else await deps.store.addWaiting(key, [number], deps.clock.now())
  return trial
}

/** Checks what was given against the space and draws the rest. */
function completed(space: Space, seed: number, number: number, given: Json): Params {
  if (!isObject(given))
    throw invalidParams([{ path: 'params', message: 'params must be an object of values by parameter name' }])
  const slot = { number, index: 0 }
  const [drawn] = random(space).suggest({ space, seed, slots: [slot], history: EMPTY_HISTORY, enqueued: [] })
  const { params, issues } = fitParams(space, { ...drawn?.params, ...given })
  if (issues.length > 0)
    throw invalidParams(issues.map((issue) => ({ ...issue, path: `params.${issue.path}` })))
  return params
}

const invalidParams = (issues: readonly Issue[]): Problem =>
  new Problem(
    'invalid',
    'invalid-params',
    `these parameters are not in the space of the sweep: ${issues[0]?.message}`,
    { issues },
  )

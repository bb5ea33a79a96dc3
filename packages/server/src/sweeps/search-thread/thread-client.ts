import { setImmediate } from 'node:timers/promises'
import type { History, Infeasible, Observation, Prior, Sampler } from '@chimney/core/samplers/sampler'
import { sweepPath } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import { Problem } from '@chimney/core/schema/problem'
import type { Planned } from '@chimney/core/sweep/plan'
import type { Plan, PlanRequest } from '../../planner.ts'
import { type EndedNumbers, fromText, type ThreadAnswer, type ThreadMessage, toText } from './messages.ts'

/** The near end of a thread that searches. */
export interface ThreadClient {
  readonly plan: Plan
  receive(answer: ThreadAnswer): void
  /** Rejects what is not answered yet, and all that is asked later: the thread has ended. */
  fail(reason: Error): void
}

/** Trials of a message: the texts of so many take this thread about 5 ms. */
const LEARN_AT_ONCE = 1_000
/** Trials of all sweeps that a thread keeps, about 1 KB each. */
const MOST_TRIALS = 50_000

/** What the thread has of a sweep. */
interface Sent {
  readonly sweep: number
  readonly sampler: Sampler
  readonly prior: readonly Prior[] | undefined
  /** A trial that is read again has other parameters, as an object. */
  readonly trials: Map<number, Params>
}

interface Ended {
  readonly list: EndedNumbers['list']
  readonly trial: Observation | Infeasible
}

/** Sends a thread only those trials that it does not have. `post` sends in order. */
export function threadClient(post: (message: ThreadMessage) => void, most = MOST_TRIALS): ThreadClient {
  const sent = new Map<string, Sent>() // the first is the least recently used
  const waiting = new Map<
    number,
    { resolve: (planned: readonly Planned[]) => void; reject: (error: unknown) => void }
  >()
  let sweeps = 0
  let requests = 0
  let failure: Error | undefined

  function sentOf({ record, search, history: { prior } }: PlanRequest): Sent {
    const id = `${sweepPath(record.key)} ${record.createdAt}`
    let found = sent.get(id)
    sent.delete(id)
    if (found?.sampler !== search.sampler || found.prior !== prior) {
      if (found) post({ kind: 'forget', sweep: found.sweep })
      found = { sweep: ++sweeps, sampler: search.sampler, prior, trials: new Map() }
      post({
        kind: 'open',
        sweep: found.sweep,
        config: toText(record.config),
        priors: (prior ?? []).map(({ params, ...numbers }) => numbers),
        priorParams: toText((prior ?? []).map(({ params }) => params)),
      })
    }
    sent.set(id, found)
    let total = 0
    for (const { trials } of sent.values()) total += trials.size
    for (const [other, { sweep, trials }] of sent) {
      if (total <= most || other === id) break
      post({ kind: 'forget', sweep })
      sent.delete(other)
      total -= trials.size
    }
    return found
  }

  function learn({ sweep, trials }: Sent, missing: readonly Ended[]): void {
    if (missing.length === 0) return
    for (const { trial } of missing) trials.set(trial.number, trial.params)
    post({
      kind: 'learn',
      sweep,
      trials: missing.map(({ list, trial: { params, ...numbers } }) => ({ ...numbers, list })),
      params: toText(missing.map(({ trial }) => trial.params)),
    })
  }

  /** Sends many trials in pieces, since other requests wait for this thread. They may change meanwhile what the thread has. */
  async function learnMost(request: PlanRequest): Promise<void> {
    for (let left = sizeOf(request.history); left > LEARN_AT_ONCE; left -= LEARN_AT_ONCE) {
      const known = sentOf(request)
      const missing = missingIn(known, request.history, LEARN_AT_ONCE)
      if (missing.length < LEARN_AT_ONCE) return
      learn(known, missing)
      await setImmediate()
    }
  }

  return {
    plan: async (request) => {
      await learnMost(request)
      if (failure) throw failure
      const { search, numbers, history } = request
      const known = sentOf(request)
      learn(known, missingIn(known, history))
      const removed = surplusOf(known, history)
      for (const number of removed) known.trials.delete(number)
      const { sampler, space, ...rest } = search
      const id = ++requests
      post({
        kind: 'plan',
        id,
        sweep: known.sweep,
        numbers,
        removed,
        pending: toText(history.pending),
        search: toText(rest),
      })
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
    },
    receive: (answer) => {
      const request = waiting.get(answer.id)
      waiting.delete(answer.id)
      if ('planned' in answer) request?.resolve(fromText(answer.planned))
      else request?.reject(errorOf(answer))
    },
    fail: (reason) => {
      failure = reason
      for (const { reject } of waiting.values()) reject(reason)
      waiting.clear()
    },
  }
}

const LISTS = ['observations', 'infeasible', 'abandoned'] as const

const sizeOf = (history: History): number =>
  LISTS.reduce((sum, list) => sum + (history[list]?.length ?? 0), 0)

/** The first `most` trials that the thread does not have, or has otherwise. */
function missingIn({ trials }: Sent, history: History, most = Number.POSITIVE_INFINITY): readonly Ended[] {
  const missing: Ended[] = []
  for (const list of LISTS)
    for (const trial of history[list] ?? []) {
      if (missing.length === most) return missing
      if (trials.get(trial.number) !== trial.params) missing.push({ list, trial })
    }
  return missing
}

/** The numbers of trials that the thread has and the history, all of whose trials it has, does not. */
function surplusOf({ trials }: Sent, history: History): readonly number[] {
  if (trials.size === sizeOf(history)) return []
  const wanted = new Set(LISTS.flatMap((list) => (history[list] ?? []).map(({ number }) => number)))
  return [...trials.keys()].filter((number) => !wanted.has(number))
}

function errorOf(answer: Exclude<ThreadAnswer, { planned: unknown }>): Error {
  if ('failure' in answer)
    return Object.assign(new Error(answer.failure.message), { stack: answer.failure.stack })
  const { kind, code, message, issues, warnings, retryAfter } = answer.problem
  return new Problem(kind, code, message, {
    issues,
    warnings,
    ...(retryAfter !== undefined && { retryAfter }),
  })
}

import type { Pending } from '@chimney/core/samplers/sampler'
import { Problem } from '@chimney/core/schema/problem'
import { type Planned, replicateOfNumber, type Search } from '@chimney/core/sweep/plan'
import type { Deps } from '../../deps.ts'
import { type Plan, planHere } from '../../planner.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import { endedTotal } from '../trials/trial-counts.ts'
import { claimPoint } from './claim-point.ts'
import { readSamplerHistory } from './sampler-history.ts'
import { searchOf } from './search.ts'

/** A try fails only when another request got the point, so this many in a row mean a nearly exhausted space. */
const TRIES = 20

/** With fewer ended trials, model-based searches draw from a sequence or fit a small model. */
const LEARNING = 10

/**
 * Suggests parameters for numbers that were taken (ascending, none of them enqueued). In a finite space a model-based search claims each point first: concurrent requests do not see each other's trials yet
 * and may suggest the same point.
 */
export async function planNumbers(
  deps: Pick<Deps, 'store' | 'clock' | 'planner'>,
  record: SweepRecord,
  head: SweepHead,
  numbers: readonly number[],
): Promise<readonly Planned[]> {
  if (numbers.length === 0) return []
  const search = await searchOf(deps, record, head)
  const learns = endedTotal(head.ended) >= LEARNING || record.priors !== undefined
  const takesLong = search.sampler.needsHistory && learns
  const work = (plan: Plan) => planWith(plan, deps, record, head, search, numbers)
  return takesLong && deps.planner ? deps.planner.turn(work) : work(planHere)
}

async function planWith(
  plan: Plan,
  deps: Pick<Deps, 'store' | 'clock'>,
  record: SweepRecord,
  head: SweepHead,
  search: Search,
  numbers: readonly number[],
): Promise<readonly Planned[]> {
  const history = await readSamplerHistory(deps, record, head, search, numbers)
  const suggestions = new Map<number, Planned>()
  const heldByOthers: Pending[] = []
  let left = numbers.filter((number) => !isRepetition(search, number))
  for (let tries = 0; left.length > 0; tries++) {
    const own = [...suggestions].map(([number, { params }]) => ({ number, params }))
    const pending = [...history.pending, ...heldByOthers, ...own]
    const request = { record, search, numbers: left, history: { ...history, pending } }
    const planned = await replan(tries, () => plan(request))
    const lost: number[] = []
    for (const [i, number] of left.entries()) {
      const suggestion = planned[i]
      if (!suggestion) continue
      const holder = await claimPoint(deps, record.key, search, number, suggestion.params)
      if (holder === number) suggestions.set(number, suggestion)
      else {
        heldByOthers.push({ number: holder, params: suggestion.params })
        lost.push(number)
      }
    }
    if (tries >= TRIES && lost.length > 0) throw pointsTaken()
    left = lost
  }
  for (const number of numbers)
    if (isRepetition(search, number))
      suggestions.set(number, await repetitionOf(deps, record, search, number, suggestions))
  return numbers.flatMap((number) => suggestions.get(number) ?? [])
}

/**
 * A replicate whose parameters are those of the first trial of its point. A model would suggest others by now; samplers without a
 * history plan the point again.
 */
const isRepetition = (search: Search, number: number): boolean =>
  search.sampler.needsHistory && (replicateOfNumber(search, number)?.index ?? 1) > 1

async function repetitionOf(
  deps: Pick<Deps, 'store'>,
  { key }: SweepRecord,
  search: Search,
  number: number,
  planned: ReadonlyMap<number, Planned>,
): Promise<Planned> {
  const replicate = replicateOfNumber(search, number)!
  const first = planned.get(replicate.first)
  if (first) return { ...first, replicate }
  const trial = await deps.store.getTrial({ ...key, number: replicate.first })
  // Its request is in progress, or died: then reconcile creates it, and this one after it.
  if (!trial)
    throw new Problem(
      'retryable',
      'replicate-pending',
      `trial ${replicate.first}, whose parameters trial ${number} repeats, is not stored yet; send the request again`,
      { retryAfter: 1 },
    )
  const { params, suggestedBy = { arm: 'replicate', why: `repeats trial ${replicate.first}` } } = trial
  return { params, suggestedBy, replicate }
}

/** After a lost claim the space may only seem exhausted: requests that die give their points back once reconcile has run. */
async function replan<T>(tries: number, plan: () => Promise<T>): Promise<T> {
  try {
    return await plan()
  } catch (error) {
    if (tries > 0 && error instanceof Problem && error.code === 'space-exhausted') throw pointsTaken()
    throw error
  }
}

const pointsTaken = (): Problem =>
  new Problem(
    'retryable',
    'points-taken',
    'concurrent requests have claimed every remaining point; send the request again',
    { retryAfter: 1 },
  )

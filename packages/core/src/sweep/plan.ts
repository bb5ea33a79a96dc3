/** What next: which slot a trial number fills, how many slots there are, and their parameters. */
import { rngOf } from '../math/rng.ts'
import type { Enqueued, History, Sampler, Slot, Suggestion } from '../samplers/sampler.ts'
import type { Params } from '../schema/params.ts'
import { type Fitted, fitParams } from '../space/check-params.ts'
import { completeParams } from '../space/complete-params.ts'
import { DRAW_STREAM } from '../space/quantiles.ts'
import type { Space } from '../space/space.ts'
import { type Replicate, replicateOf } from './replicates.ts'

/** A trial whose parameters a user enqueued. */
export interface EnqueuedTrial {
  readonly number: number
  readonly params: Params
  /** Another trial has this point, so it uses no slot of the sampler. Set for model-based samplers only; others find out. */
  readonly repeats?: boolean
}

/** Rank (from 0) of a number among those that the sampler fills; `enqueued` ascending. */
export function indexOfNumber(number: number, enqueued: readonly number[]): number {
  let below = 0
  while (below < enqueued.length && (enqueued[below] as number) < number) below++
  return number - 1 - below
}

export const slotsOf = (numbers: readonly number[], enqueued: readonly number[]): readonly Slot[] =>
  numbers.map((number) => ({ number, index: indexOfNumber(number, enqueued) }))

/** Points that the sampler did not choose, with the index before which each was added: before the sweep or by a user. */
function pointsElsewhere({
  enqueued,
  before = [],
  replicates = 1,
}: Pick<Search, 'enqueued' | 'before' | 'replicates'>): readonly Enqueued[] {
  const numbers = enqueued.map((trial) => trial.number)
  return [
    ...before.map((params) => ({ before: 0, params })),
    ...enqueued
      .filter(({ repeats }) => !repeats)
      .map(({ number, params }) => ({
        before: Math.ceil(indexOfNumber(number, numbers) / replicates),
        params,
      })),
  ]
}

export interface Search {
  readonly sampler: Sampler
  readonly space: Space
  /** Integer in [0, 2^53). */
  readonly seed: number
  /** Ascending by number. */
  readonly enqueued: readonly EnqueuedTrial[]
  /** Grid points that ran before the sweep and do not run again. They have no number. */
  readonly before?: readonly Params[]
  /** How often each point of the sampler runs; 1 when absent. */
  readonly replicates?: number
}

/** Parameters of a number, and which repetition of its point it is when points are repeated. */
export interface Planned extends Suggestion {
  readonly replicate?: Replicate
}

/**
 * The highest number there will be: the cap, or what the space holds, whichever is less. Undefined when neither ends it.
 * Enqueued trials count for the cap; in a finite space they come in addition to the slots of the sampler. Each slot has as many
 * trials as there are replicates.
 */
export function trialLimit(search: Search, runCap: number | undefined): number | undefined {
  const { sampler, space, seed, replicates = 1 } = search
  const slots = replicates * sampler.capacity({ space, seed, enqueued: pointsElsewhere(search) })
  const limit = Math.min(runCap ?? Number.POSITIVE_INFINITY, slots + search.enqueued.length)
  return Number.isFinite(limit) ? limit : undefined
}

/** Which repetition of its point a number is (not an enqueued one); undefined when points are not repeated. */
export function replicateOfNumber(
  { enqueued, replicates = 1 }: Pick<Search, 'enqueued' | 'replicates'>,
  number: number,
): Replicate | undefined {
  return replicates === 1
    ? undefined
    : replicateOf(
        number,
        enqueued.map((trial) => trial.number),
        replicates,
      )
}

/**
 * Parameters for these numbers (ascending, none of them enqueued), in their order. The replicates of a point get the parameters of its first
 * number.
 */
export function planTrials(search: Search, numbers: readonly number[], history: History): readonly Planned[] {
  const { replicates = 1 } = search
  const enqueued = search.enqueued.map((trial) => trial.number)
  const own = numbers.map((number) => replicateOfNumber(search, number))
  const firsts = [...new Set(numbers.map((number, i) => own[i]?.first ?? number))]
  const slots = slotsOf(firsts, enqueued).map(({ number, index }) => ({ number, index: index / replicates }))
  const suggestions = search.sampler.suggest({
    space: search.space,
    seed: search.seed,
    slots,
    history,
    enqueued: pointsElsewhere(search),
  })
  return numbers.flatMap((number, i) => {
    const replicate = own[i]
    const suggestion = suggestions[firsts.indexOf(replicate?.first ?? number)]
    return suggestion ? [{ ...suggestion, ...(replicate && { replicate }) }] : []
  })
}

/**
 * The parameters of a trial that a user enqueues under this number: what is missing is drawn given the rest, and the missing values
 * of a grid are those of the first cell that has not run, if there is one. A function of the search and of the trials
 * enqueued under lower numbers, so that a repeated request gets the same parameters.
 */
export function completeEnqueued(search: Search, number: number, given: Params): Fitted {
  const { sampler, space, seed } = search
  const drawn = completeParams(space, given, rngOf(seed, number, DRAW_STREAM))
  if (drawn.issues.length > 0 || sampler.complete === undefined) return drawn
  const before = { ...search, enqueued: search.enqueued.filter((trial) => trial.number < number) }
  const numbers = before.enqueued.map((trial) => trial.number)
  const input = { space, enqueued: pointsElsewhere(before), index: indexOfNumber(number, numbers) }
  const completed = sampler.complete(input, given)
  return completed === undefined ? drawn : fitParams(space, completed)
}

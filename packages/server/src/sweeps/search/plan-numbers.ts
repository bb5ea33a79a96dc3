import type { Pending, Suggestion } from '@chimney/core/samplers/sampler'
import type { SweepKey } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import { Problem } from '@chimney/core/schema/problem'
import { cellsOf } from '@chimney/core/space/cells'
import { pointOf } from '@chimney/core/space/point'
import { planTrials, type Search } from '@chimney/core/sweep/plan'
import type { Deps } from '../../deps.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import { readHistory } from './history.ts'
import { searchOf } from './search.ts'

/** Each try loses only to a request that got the point, so that many in a row mean a very crowded space. */
const TRIES = 20

/**
 * Parameters for numbers that were taken, ascending, none of them enqueued; enqueued ones that came to nothing are closed. In a finite space a search that learns claims each point
 * before it is handed out: requests that plan at the same time do not see each other's trials yet, and may want the same one.
 */
export async function planNumbers(
  deps: Pick<Deps, 'store' | 'clock'>,
  record: SweepRecord,
  head: SweepHead,
  numbers: readonly number[],
): Promise<readonly Suggestion[]> {
  const search = await searchOf(deps, record, head)
  if (numbers.length === 0) return []
  const history = await readHistory(deps, record, head, search, numbers)
  const suggestions = new Map<number, Suggestion>()
  const elsewhere: Pending[] = []
  let left = numbers
  for (let tries = 0; left.length > 0; tries++) {
    const own = [...suggestions].map(([number, { params }]) => ({ number, params }))
    const pending = [...history.pending, ...elsewhere, ...own]
    const planned = replanned(tries, () => planTrials(search, left, { ...history, pending }))
    const lost: number[] = []
    for (const [at, number] of left.entries()) {
      const suggestion = planned[at]
      if (!suggestion) continue
      const holder = await holderOf(deps, record.key, search, number, suggestion.params)
      if (holder === number) suggestions.set(number, suggestion)
      else {
        elsewhere.push({ number: holder, params: suggestion.params })
        lost.push(number)
      }
    }
    if (tries >= TRIES && lost.length > 0) throw crowded()
    left = lost
  }
  return numbers.flatMap((number) => suggestions.get(number) ?? [])
}

/** What is left may all be held by requests that are under way; those that die give it back once their trials were filled in. */
function replanned<T>(tries: number, plan: () => T): T {
  try {
    return plan()
  } catch (error) {
    if (tries > 0 && error instanceof Problem && error.code === 'space-exhausted') throw crowded()
    throw error
  }
}

const crowded = (): Problem =>
  new Problem(
    'retryable',
    'points-taken',
    'every point that is left was claimed by another request at this moment; send the request again',
    { retryAfter: 1 },
  )

/**
 * Claims the point of these parameters for a trial. Answers the number that has it: this one, always where nobody can be in the way.
 * A claim of a trial that runs another point, because its request died and it was filled in anew, is void and taken over.
 */
export async function holderOf(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  { sampler, space }: Pick<Search, 'sampler' | 'space'>,
  number: number,
  params: Params,
): Promise<number> {
  if (!sampler.needsHistory || !Number.isFinite(space.size)) return number
  const { cellOf } = cellsOf(space.dimensions)
  const cell = cellOf(pointOf(space, params))
  if (cell === undefined) return number
  const holder = await deps.store.claimPoint(key, cell, number)
  if (holder === number) return number
  const trial = await deps.store.getTrial({ ...key, number: holder })
  if (!trial || cellOf(pointOf(space, trial.params)) === cell) return holder
  return deps.store.claimPoint(key, cell, number, holder)
}

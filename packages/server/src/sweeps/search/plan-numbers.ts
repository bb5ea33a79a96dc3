import type { Pending, Suggestion } from '@chimney/core/samplers/sampler'
import { Problem } from '@chimney/core/schema/problem'
import { planTrials } from '@chimney/core/sweep/plan'
import type { Deps } from '../../deps.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import { claimPoint } from './claim-point.ts'
import { readSamplerHistory } from './sampler-history.ts'
import { searchOf } from './search.ts'

/** A try fails only when another request got the point, so this many in a row mean a nearly exhausted space. */
const TRIES = 20

/**
 * Suggests parameters for numbers that were taken (ascending, none of them enqueued). In a finite space a model-based search claims each point first: concurrent requests do not see each other's trials yet
 * and may suggest the same point.
 */
export async function planNumbers(
  deps: Pick<Deps, 'store' | 'clock'>,
  record: SweepRecord,
  head: SweepHead,
  numbers: readonly number[],
): Promise<readonly Suggestion[]> {
  if (numbers.length === 0) return []
  const search = await searchOf(deps, record, head)
  const history = await readSamplerHistory(deps, record, head, search, numbers)
  const suggestions = new Map<number, Suggestion>()
  const heldByOthers: Pending[] = []
  let left = numbers
  for (let tries = 0; left.length > 0; tries++) {
    const own = [...suggestions].map(([number, { params }]) => ({ number, params }))
    const pending = [...history.pending, ...heldByOthers, ...own]
    const planned = replan(tries, () => planTrials(search, left, { ...history, pending }))
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
  return numbers.flatMap((number) => suggestions.get(number) ?? [])
}

/** After a lost claim the space may only seem exhausted: requests that die give their points back once reconcile has run. */
function replan<T>(tries: number, plan: () => T): T {
  try {
    return plan()
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

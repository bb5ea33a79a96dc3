import { describe, expect, it } from 'vitest'
import type { Params } from '../schema/params.ts'
import { completeEnqueued, type EnqueuedTrial, planTrials, type Search, trialLimit } from '../sweep/plan.ts'
import { grid } from './grid.ts'
import { spaceOf } from './sampler.suite.ts'
import { EMPTY_HISTORY } from './sampler.ts'

const searchOf = (parameters: string, enqueued: readonly EnqueuedTrial[] = []): Search => {
  const space = spaceOf(parameters, 'grid')
  return { sampler: grid(space), space, seed: 1, enqueued }
}
const PLAIN = '{"a": {"values": [1, 2, 3]}, "b": {"values": ["x", "y"]}}'

describe('the missing values of a grid', () => {
  it.each([
    { ran: 0, given: {}, cell: { a: 1, b: 'x' } },
    { ran: 2, given: {}, cell: { a: 2, b: 'x' } },
    { ran: 2, given: { b: 'y' }, cell: { a: 2, b: 'y' } },
    { ran: 3, given: { b: 'x' }, cell: { a: 3, b: 'x' } },
    { ran: 3, given: { a: 3 }, cell: { a: 3, b: 'x' } },
  ])('are those of the first cell that has not run: $given after $ran trials', ({ ran, given, cell }) => {
    expect(completeEnqueued(searchOf(PLAIN), ran + 1, given).params).toEqual(cell)
  })

  it('pass over cells that were enqueued, and repeat a cell only when all have run', () => {
    const enqueued = [{ number: 1, params: { a: 3, b: 'x' } }]
    expect(completeEnqueued(searchOf(PLAIN, enqueued), 2, { a: 3 }).params).toEqual({ a: 3, b: 'y' })
    expect(completeEnqueued(searchOf(PLAIN), 5, { a: 1 }).params).toMatchObject({ a: 1 })
  })

  it('make no trial run twice, and leave none out', () => {
    let search = searchOf(
      '{"m": {"values": ["p", "q"]}, "n": {"min": 1, "max": 3, "when": {"m": ["q"]}}, "o": {"distribution": "q_uniform", "min": 1, "max": 7, "q": 2, "rounding": "nearest"}}',
    )
    const seen: Params[] = []
    const parts: Params[] = [{ n: 2 }, {}, { o: 5 }, { m: 'q' }]
    for (let number = 1; number <= trialLimit(search, undefined)!; number++) {
      const given = number % 2 === 0 ? parts.shift() : undefined
      if (given === undefined) {
        seen.push(planTrials(search, [number], EMPTY_HISTORY)[0]!.params)
        continue
      }
      const { params, issues } = completeEnqueued(search, number, given)
      expect(issues).toEqual([])
      search = { ...search, enqueued: [...search.enqueued, { number, params }] }
      // A repetition of the request answers the same.
      expect(completeEnqueued(search, number, given).params).toEqual(params)
      seen.push(params)
    }
    expect(new Set(seen.map((params) => JSON.stringify(params))).size).toBe(4 + 12)
    expect(seen).toHaveLength(4 + 12)
  })

  it('are found at once in a grid that is too large to walk', () => {
    const names = Array.from({ length: 30 }, (_, i) => `"p${i}": {"min": 1, "max": 10}`)
    const completed = completeEnqueued(searchOf(`{${names.join(',')}}`), 1_000_000, { p9: 7 })
    expect(completed.params).toMatchObject({ p9: 7 })
  })
})

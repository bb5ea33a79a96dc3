import type { TrialBody } from '@chimney/core/schema/api/trials'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { filterText, isFiltering, maskOf, NO_FILTER, parseFilter, withRange, withState } from './filter.ts'
import { trialTable } from './trial-table.ts'

const table = trialTable(
  undefined,
  [0.1, 0.2, 0.3].map(
    (lr, i) =>
      ({
        number: i + 1,
        params: i === 2 ? {} : { lr },
        value: lr,
        state: i === 0 ? 'failed' : 'finished',
      }) as unknown as TrialBody,
  ),
)

it('passes every trial without filters', () => {
  expect([...maskOf(table, NO_FILTER)]).toEqual([1, 1, 1])
  expect(isFiltering(NO_FILTER)).toBe(false)
})

it('passes trials within every range, inclusive, and fails missing values', () => {
  expect([...maskOf(table, withRange(NO_FILTER, 'param:lr', [0.2, 1]))]).toEqual([0, 1, 0])
  const both = withRange(withRange(NO_FILTER, 'param:lr', [0.1, 0.2]), 'value', [0, 0.1])
  expect([...maskOf(table, both)]).toEqual([1, 0, 0])
  expect([...maskOf(table, withState(NO_FILTER, 'failed', true))]).toEqual([1, 0, 0])
})

it('removes a range, and ignores ranges of unknown columns', () => {
  expect(withRange(withRange(NO_FILTER, 'value', [0, 1]), 'value', undefined)).toEqual(NO_FILTER)
  expect([...maskOf(table, withRange(NO_FILTER, 'param:gone', [0, 1]))]).toEqual([1, 1, 1])
})

it('round-trips through the URL with any parameter name', () => {
  const filter = withState(
    withRange(withRange(NO_FILTER, 'param:a~b,c:d', [-1, 2.5]), 'value', [0, 1e-7]),
    'stopped',
    true,
  )
  expect(parseFilter(filterText(filter))).toEqual(filter)
  expect(filterText(withRange(NO_FILTER, 'param:lr', [0.001, 0.01]))).toBe('param:lr~0.001~0.01')
})

it.each(['', '~~', 'param:x~1', 'param:%~1~2', 'x~a~b'])('ignores the malformed filter %s', (text) => {
  expect(parseFilter(text)).toEqual(NO_FILTER)
})

it('keeps trials at the ends of a range through the URL', () => {
  const value = fc.double({ min: -1e12, max: 1e12, noNaN: true })
  fc.assert(
    fc.property(value, value, (a, b) => {
      const range = [Math.min(a, b), Math.max(a, b)] as const
      const text = filterText(withRange(NO_FILTER, 'value', range))
      const [low, high] = parseFilter(text).ranges.get('value')!
      expect(low).toBeLessThanOrEqual(range[0])
      expect(high).toBeGreaterThanOrEqual(range[1])
      expect(filterText(withRange(NO_FILTER, 'value', [low, high]))).toBe(text)
    }),
  )
})

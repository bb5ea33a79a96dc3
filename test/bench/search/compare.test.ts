import { expect, it } from 'vitest'
import { geometricMean, medianOf, wilcoxon } from './compare.ts'

// scipy.stats.wilcoxon(a, b, method='asymptotic', correction=True) of SciPy 1.17.1.
it.each([
  { a: [1, 2, 3, 4, 5, 6, 7, 8], b: [2, 1, 5, 7, 9, 11, 13, 15], p: 0.024884 },
  { a: [1, 1, 2, 3, 0.5], b: [1, 2, 1, 5, 0.25], p: 0.712702 },
  { a: [1, 2], b: [1, 2], p: 1 },
])('returns the p-value of paired results', ({ a, b, p }) => {
  expect(wilcoxon(a, b)).toBeCloseTo(p, 5)
})

it('returns the middle value, or the mean of the two in the middle', () => {
  expect([medianOf([3, 1, 2]), medianOf([4, 1, 2, 3])]).toEqual([2, 2.5])
})

it('averages ratios so that 0.5 and 2 give 1', () => {
  expect(geometricMean([0.5, 2])).toBeCloseTo(1, 12)
})

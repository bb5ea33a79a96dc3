import { expect, it } from 'vitest'
import { interpolated, meanCurve } from './curve-groups.ts'
import { groupNames } from './value-groups.ts'

const curves = [
  { xs: [0, 2, 4], ys: [0, 2, 4] },
  { xs: [0, 4], ys: [4, 8] },
  { xs: [0], ys: [Number.NaN] },
]

it('means curves of different steps by interpolation, and bands are the extremes or a standard deviation', () => {
  expect(meanCurve(curves, 'min–max')).toEqual({
    xs: [0, 2, 4],
    ys: [2, 4, 6],
    lows: [0, 2, 4],
    highs: [4, 6, 8],
  })
  expect(meanCurve(curves, '± std').highs[0]).toBeCloseTo(2 + Math.sqrt(8), 12)
})

it('a curve does not count beyond its ends', () => {
  const short = [curves[0]!, { xs: [0, 1], ys: [10, 10] }]
  expect(meanCurve(short, 'min–max').ys).toEqual([5, 5.5, 2, 4])
  expect([...interpolated({ xs: [1, 3], ys: [1, 5] }, [0, 1, 2, 3, 4])]).toEqual([
    Number.NaN,
    1,
    3,
    5,
    Number.NaN,
  ])
})

it('has at most 150 points, both ends among them', () => {
  const xs = Array.from({ length: 1_000 }, (_, i) => i)
  const mean = meanCurve([{ xs, ys: xs }], 'min–max')
  expect(mean.xs).toHaveLength(150)
  expect([mean.ys[0], mean.ys.at(-1)]).toEqual([0, 999])
})

it('a number with few values has a group for each, one with many has ranges', () => {
  const values = [1, 2, 3, 4, 5, 6, 7, 8]
  expect(groupNames(8, (row) => values[row], 8, 2)(2)).toBe('3')
  const ranges = groupNames(8, (row) => values[row], 4, 2)
  expect(values.map((_, row) => ranges(row))).toEqual([
    ...Array(4).fill('1 to 5'),
    ...Array(4).fill('5 to 8'),
  ])
})

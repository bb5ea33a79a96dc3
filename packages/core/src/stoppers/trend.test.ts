import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterRung, courseOf, extrapolated, followed, type Trend } from './trend.ts'

/** Losses at 1, 2, 3, … */
const trendOf = (losses: readonly number[]): Trend =>
  losses.reduce<Trend | undefined>((trend, loss, i) => followed(trend, loss, i + 1), undefined)!

describe('a trend', () => {
  it('returns the mean, its standard error and its start', () => {
    const { mean, error, from } = courseOf(trendOf([4, 2, 3, 5, 1]))
    expect(mean).toBeCloseTo(3, 12)
    expect(error).toBeCloseTo(Math.sqrt(2.5 / 5), 12)
    expect(from).toEqual({ at: 1, loss: 4 })
  })

  it('knows no error of fewer than three', () => {
    expect(courseOf(trendOf([4, 2])).error).toBe(0)
  })

  it('starts again after a rung, and keeps the mean of the rung', () => {
    const later = followed(afterRung(trendOf([4, 2]), 2), 1, 3)
    expect(courseOf(later)).toEqual({ mean: 1, error: 0, from: { at: 2, loss: 3 } })
  })

  it('begins after 0, where the fall is measured from', () => {
    const trend = [9, 8, 5].reduce<Trend | undefined>(
      (trend, loss, epoch) => followed(trend, loss, epoch),
      undefined,
    )
    expect(trend?.from).toEqual({ at: 1, loss: 8 })
  })

  it('stays finite whatever is logged, so that JSON keeps it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
        (losses) => {
          const trend = trendOf(losses)
          for (const number of [trend.mean, trend.squares]) expect(Number.isFinite(number)).toBe(true)
          expect(Number.isFinite(courseOf(trend).error)).toBe(true)
        },
      ),
    )
  })
})

describe('extrapolated', () => {
  it('follows a + b/√t exactly', () => {
    const at = (t: number) => 0.3 + 2 / Math.sqrt(t)
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 50, noNaN: true }), (first) => {
        const [rung, next] = [first * 3, first * 9]
        expect(extrapolated({ at: first, loss: at(first) }, rung, at(rung), next)).toBeCloseTo(at(next), 9)
      }),
    )
  })

  it.each([
    { title: 'one that does not fall', from: { at: 1, loss: 2 }, loss: 2 },
    { title: 'one that was seen only there', from: { at: 3, loss: 9 }, loss: 2 },
    { title: 'an amount of 0, where 1/√t has no value', from: { at: 0, loss: 9 }, loss: 2 },
    { title: 'a forecast past all numbers', from: { at: 2.999, loss: 1e308 }, loss: -1e308 },
  ])('has no forecast of $title', ({ from, loss }) => {
    expect(extrapolated(from, 3, loss, 9)).toBeUndefined()
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import golden from '../../../../test/golden/wandb_sweeps.golden.json'
import { betaCdf, betaQuantile, logGamma } from './beta.ts'
import { uniformDistribution } from './distribution.ts'
import { normalCdf, normalQuantile } from './normal.ts'

describe('normal', () => {
  it.each(golden.normal as [number, number][])('has the quantile at %d that scipy has', (u, x) => {
    expect(Math.abs(normalQuantile(u) - x)).toBeLessThanOrEqual(1e-14 * Math.max(1, Math.abs(x)))
  })

  it('has a distribution function that undoes the quantile', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1 - 1e-9, noNaN: true }), (u) => {
        expect(Math.abs(normalCdf(normalQuantile(u)) - u) / u).toBeLessThan(1e-11)
      }),
    )
  })
})

describe('beta', () => {
  it.each(golden.beta as [number, number, number, number][])(
    'has the quantile at %d for shapes %d, %d that scipy has',
    (u, a, b, x) => {
      expect(Math.abs(betaQuantile(u, a, b) - x)).toBeLessThanOrEqual(1e-10 * x + 1e-300)
    },
  )

  it('has a distribution function that undoes the quantile', () => {
    const shape = fc.double({ min: 0.2, max: 500, noNaN: true })
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), shape, shape, (u, a, b) => {
        const x = betaQuantile(u, a, b)
        // Next to 1 neighbouring doubles are further apart than the distribution can be resolved.
        if (x < 1 - 1e-6) expect(Math.abs(betaCdf(x, a, b) - u)).toBeLessThan(1e-8)
      }),
    )
  })
})

it('knows logarithms of factorials', () => {
  let sum = 0
  for (let n = 2; n < 60; n++) {
    sum += Math.log(n)
    expect(Math.abs(logGamma(n + 1) - sum)).toBeLessThan(1e-12 * Math.max(1, sum))
  }
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 13)
})

it('spans the widest range of doubles without overflow', () => {
  const distribution = uniformDistribution(-Number.MAX_VALUE, Number.MAX_VALUE)
  expect(distribution.quantile(0.5)).toBe(0)
  expect(distribution.cdf(distribution.quantile(0.25))).toBeCloseTo(0.25, 12)
})

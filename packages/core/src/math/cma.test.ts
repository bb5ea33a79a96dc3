import { describe, expect, it } from 'vitest'
import golden from '../../../../test/golden/scipy_search.golden.json' with { type: 'json' }
import { cmaPoint, cmaStart, cmaTell, populationOf } from './cma.ts'
import { normalQuantile } from './normal.ts'
import { rngOf } from './rng.ts'

/** A rotated ellipsoid with axis ratio 1,000. */
const bowl = (x: Float64Array): number => {
  const d = x.length
  let total = 0
  for (let i = 0; i < d; i++) {
    const turned = (x[i]! - 0.3 + (x[(i + 1) % d]! - 0.3)) / Math.SQRT2
    total += 10 ** ((6 * i) / (d - 1)) * turned * turned
  }
  return total
}

function search(dimensions: number, generations: number, f: (x: Float64Array) => number): number {
  const rng = rngOf(1, dimensions)
  const lambda = populationOf(dimensions)
  let state = cmaStart(new Float64Array(dimensions).fill(0.5), 0.3)
  let best = Number.POSITIVE_INFINITY
  for (let g = 0; g < generations; g++) {
    const points = Array.from({ length: lambda }, () =>
      cmaPoint(
        state,
        Array.from({ length: dimensions }, () => normalQuantile(rng.uniform())),
      ),
    ).sort((a, b) => f(a) - f(b))
    best = Math.min(best, f(points[0]!))
    const next = cmaTell(state, points)
    if (next === undefined) break
    state = next
  }
  return best
}

describe('cmaTell', () => {
  // The equations in matrices of NumPy, by test/golden/scipy_search.py.
  it('makes of two generations what the equations make of them', () => {
    const { points, states } = golden.generations
    let state = cmaStart(Float64Array.of(0.4, 0.5, 0.6), 0.3)
    for (const [g, generation] of points.entries()) {
      state = cmaTell(
        state,
        generation.map((point) => Float64Array.from(point)),
      )!
      const { mean, sigma, covariance } = states[g]!
      expect(state.sigma).toBeCloseTo(sigma, 12)
      mean.forEach((x, i) => {
        expect(state.mean[i]).toBeCloseTo(x, 12)
      })
      covariance.forEach((x, i) => {
        expect(state.covariance[i]).toBeCloseTo(x, 12)
      })
    }
  })

  it('goes to the bottom of a turned bowl that is a thousand times as long as wide', () => {
    expect(search(5, 400, bowl)).toBeLessThan(1e-9)
  })

  it('learns variances alone where the matrix would be too large', () => {
    const even = (x: Float64Array) => x.reduce((sum, value, i) => sum + (i + 1) * (value - 0.4) ** 2, 0)
    expect(search(60, 1_000, even)).toBeLessThan(1e-6)
  })

  it('takes in points that it would hardly have drawn, and stays finite', () => {
    const state = cmaStart(Float64Array.of(0.5, 0.5), 1e-6)
    const next = cmaTell(state, [
      Float64Array.of(1, 0),
      Float64Array.of(0, 1),
      Float64Array.of(1, 1),
      Float64Array.of(0, 0),
    ])
    expect(next!.sigma).toBeLessThanOrEqual(1e-6 * Math.E)
    expect([...next!.mean, ...next!.factor].every(Number.isFinite)).toBe(true)
  })

  it('accepts a space without axes', () => {
    const none = new Float64Array(0)
    expect(() => cmaTell(cmaStart(none, 0.3), [none, none])).not.toThrow()
  })
})

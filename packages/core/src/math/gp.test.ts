import { describe, expect, it } from 'vitest'
import golden from '../../../../test/golden/scipy_search.golden.json'
import { fitGp, negativeLogPosterior, priorStarts } from './fit-gp.ts'
import { bendable } from './gp-kernel.ts'
import { posteriorOf } from './gp-posterior.ts'
import { warped } from './input-warp.ts'
import { rngOf } from './rng.ts'

/** Two real axes and a categorical one. */
const categorical = Uint8Array.of(0, 1, 0)
const rng = rngOf(3, 1)
const rows = Array.from({ length: 14 }, () => Float64Array.of(rng.uniform(), rng.below(3), rng.uniform()))
const y = Float64Array.from(rows, ([a, b, c]) => Math.sin(4 * a!) + (b === 1 ? 0.5 : 0) - c! ** 2)
const data = { rows, y, categorical }
const theta = Float64Array.of(1.5, -0.5, 0.3, 0.2, -9, -0.4, 0.7)
/** The real axes bent, one for its small values and one for its great ones. */
const bent = Float64Array.of(...theta, -0.9, 0, 0.3, 0.4, 0, 0.8)
const EITHER = [
  { title: 'straight axes', theta },
  { title: 'bent axes', theta: bent },
]
const GOLDEN = [
  { title: 'straight axes', process: golden.process },
  { title: 'bent axes', process: golden.bent_process },
]

describe('negativeLogPosterior', () => {
  it.each(EITHER)('has the gradient that differences show, with $title', ({ theta }) => {
    const objective = negativeLogPosterior(data)
    const gradient = new Float64Array(theta.length)
    objective(theta, gradient)
    const spare = new Float64Array(theta.length)
    for (let i = 0; i < theta.length; i++) {
      const at = (by: number) => objective(theta.with(i, theta[i]! + by), spare)
      expect(gradient[i]!).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 4)
    }
  })
})

describe('posteriorOf', () => {
  // Worked out with NumPy's solve, by test/golden/scipy_search.py.
  it.each(GOLDEN)('has the mean and variance of a dense solution, with $title', ({ process }) => {
    const posterior = posteriorOf(
      {
        rows: process.rows.map((row) => Float64Array.from(row)),
        y: Float64Array.from(process.y),
        categorical: Uint8Array.from(process.categorical),
      },
      Float64Array.from(process.theta),
    )!
    for (const { row, mean, variance } of process.predictions) {
      const found = posterior.predict(row)
      expect(found.mean).toBeCloseTo(mean, 9)
      expect(found.variance).toBeCloseTo(variance, 9)
    }
    process.left_out.forEach((value, i) => {
      expect(posterior.leftOut()[i]).toBeCloseTo(value, 8)
    })
  })

  it.each(GOLDEN)("has the density of SciPy's distributions, with $title", ({ process }) => {
    const data = {
      rows: process.rows.map((row) => Float64Array.from(row)),
      y: Float64Array.from(process.y),
      categorical: Uint8Array.from(process.categorical),
    }
    const value = negativeLogPosterior(data)(
      Float64Array.from(process.theta),
      new Float64Array(process.theta.length),
    )
    expect(value).toBeCloseTo(process.negative_log_posterior, 9)
  })

  it.each(EITHER)('has the slopes that differences show, with $title', ({ theta }) => {
    const posterior = posteriorOf(data, theta, [rows[3]!.map((x) => x * 0.9)])!
    const at = Float64Array.of(0.3, 2, 0.7)
    const [means, variances] = [new Float64Array(3), new Float64Array(3)]
    expect(posterior.predictWithSlopes(at, means, variances)).toEqual(posterior.predict(at))
    for (const axis of [0, 2]) {
      const shifted = (by: number) => posterior.predict(at.with(axis, at[axis]! + by))
      expect(means[axis]!).toBeCloseTo((shifted(1e-5).mean - shifted(-1e-5).mean) / 2e-5, 6)
      expect(variances[axis]!).toBeCloseTo((shifted(1e-5).variance - shifted(-1e-5).variance) / 2e-5, 6)
    }
    expect([means[1], variances[1]]).toEqual([0, 0])
  })

  it('interpolates the mean at its own points', () => {
    const posterior = posteriorOf(data, theta, [Float64Array.of(0.2, 1, 0.4)])!
    posterior.means().forEach((mean, i) => {
      expect(mean).toBeCloseTo(posterior.predict(rows[i]!).mean, 9)
    })
  })

  it('is surer, and of the same mind, where a trial runs', () => {
    const row = Float64Array.of(0.5, 0, 0.5)
    const before = posteriorOf(data, theta)!.predict(row)
    const after = posteriorOf(data, theta, [row])!.predict(row)
    expect(after.mean).toBeCloseTo(before.mean, 12)
    expect(after.variance).toBeLessThan(before.variance / 20)
  })

  it('takes in the same row many times', () => {
    const same = Array.from({ length: 20 }, () => rows[0]!)
    const twenty = { rows: same, y: Float64Array.from(same, (_, i) => i % 2), categorical }
    const { mean, variance } = posteriorOf(twenty, theta)!.predict(rows[0]!)
    expect(mean).toBeCloseTo(0.5, 2)
    expect(Number.isFinite(variance)).toBe(true)
  })
})

describe('fitGp', () => {
  it('finds out which axis does not matter, and how little noise there is', () => {
    const many = Array.from({ length: 40 }, () => Float64Array.of(rng.uniform(), rng.uniform()))
    const values = Float64Array.from(many, ([a]) => Math.SQRT2 * Math.sin(2 * Math.PI * a!))
    const { x: found } = fitGp(
      { rows: many, y: values, categorical: Uint8Array.of(0, 0) },
      priorStarts(2),
      40,
    )
    expect(found[0]! - found[1]!).toBeGreaterThan(3)
    expect(found[3]!).toBeLessThan(Math.log(1e-3))
  })

  it('finds out that an axis counts by its logarithm', () => {
    const many = Array.from({ length: 40 }, () => Float64Array.of(rng.uniform(), rng.uniform()))
    const raw = many.map(([a, b]) => (Math.log10(a! + 1e-3) + 2) ** 2 + b!)
    const mean = raw.reduce((sum, value) => sum + value / raw.length, 0)
    const spread = Math.sqrt(raw.reduce((sum, value) => sum + (value - mean) ** 2 / raw.length, 0))
    const values = Float64Array.from(raw, (value) => (value - mean) / spread)
    const axes = { rows: many, y: values, categorical: Uint8Array.of(0, 0) }
    const straight = fitGp(axes, priorStarts(2), 40)
    const { x, value } = fitGp(axes, [bendable(straight.x, 2)], 40)
    expect(value).toBeLessThan(straight.value - 10)
    // Small values of the first axis are drawn apart, and the second one stays about as it is.
    expect(warped(0.1, Math.exp(x[6]!), Math.exp(x[8]!))).toBeGreaterThan(0.3)
    expect(Math.abs(warped(0.5, Math.exp(x[7]!), Math.exp(x[9]!)) - 0.5)).toBeLessThan(0.2)
  })
})

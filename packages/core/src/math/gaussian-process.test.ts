import { describe, expect, it } from 'vitest'
import golden from '../../../../test/golden/scipy_search.golden.json'
import { fitGp, negativeLogPosterior, posteriorOf, priorStarts } from './gaussian-process.ts'
import { rngOf } from './rng.ts'

/** Two real axes and a categorical one. */
const categorical = Uint8Array.of(0, 1, 0)
const rng = rngOf(3, 1)
const rows = Array.from({ length: 14 }, () => Float64Array.of(rng.uniform(), rng.below(3), rng.uniform()))
const y = Float64Array.from(rows, ([a, b, c]) => Math.sin(4 * a!) + (b === 1 ? 0.5 : 0) - c! ** 2)
const data = { rows, y, categorical }
const theta = Float64Array.of(1.5, -0.5, 0.3, 0.2, -9, -0.4, 0.7)

describe('negativeLogPosterior', () => {
  it('has the gradient that differences show', () => {
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
  it('has the mean and variance of a dense solution', () => {
    const { process } = golden
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

  it("has the density of SciPy's distributions", () => {
    const { process } = golden
    const data = {
      rows: process.rows.map((row) => Float64Array.from(row)),
      y: Float64Array.from(process.y),
      categorical: Uint8Array.from(process.categorical),
    }
    const value = negativeLogPosterior(data)(Float64Array.from(process.theta), new Float64Array(7))
    expect(value).toBeCloseTo(process.negative_log_posterior, 9)
  })

  it('has the slopes that differences show', () => {
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

  it('knows its mean where it was told without asking itself', () => {
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
    const found = fitGp({ rows: many, y: values, categorical: Uint8Array.of(0, 0) }, priorStarts(2), 40)
    expect(found[0]! - found[1]!).toBeGreaterThan(3)
    expect(found[3]!).toBeLessThan(Math.log(1e-3))
  })
})

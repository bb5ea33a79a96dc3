import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import golden from '../../../../test/golden/scipy_search.golden.json'
import { cholesky, inverseOf, logDeterminant, solveLower, solveUpper } from './cholesky.ts'
import { eigenOf } from './eigen.ts'
import { logImprovement, logNormalCdf, logNormalCdfWithSlope, millsRatio } from './mills.ts'
import { minimizeInBox, type Objective } from './minimize.ts'
import { rngOf } from './rng.ts'
import { logNormalMass, truncatedNormalQuantile } from './truncated-normal.ts'

// All golden values come from SciPy 1.17.1, by test/golden/scipy_search.py.
const near = (found: number, truth: number, relative: number) =>
  expect(Math.abs(found - truth)).toBeLessThanOrEqual(relative * Math.max(Math.abs(truth), 1e-300))

describe('tails of the normal distribution', () => {
  it.each(golden.log_improvement as [number, number][])('has the log improvement at %d', (z, truth) => {
    near(logImprovement(z).value, truth, z > -3 ? 1e-12 : 1e-10)
  })

  it.each(golden.log_cdf as [number, number][])('has the log cdf at %d', (x, truth) => {
    near(logNormalCdf(x), truth, 1e-12)
  })

  it.each(golden.mills as [number, number][])("has Mills' ratio at %d", (t, truth) => {
    near(millsRatio(t), truth, 1e-12)
  })

  it.each(golden.log_mass as [number, number, number][])('has the log mass of [%d, %d]', (a, b, truth) => {
    near(logNormalMass(a, b), truth, 1e-9)
    near(logNormalMass(-b, -a), truth, 1e-9)
  })

  it.each(golden.truncated as [number, number, number, number, number, number][])(
    'has quantile %d of the normal (%d, %d) cut to [%d, %d]',
    (u, mu, sigma, low, high, truth) => {
      near(truncatedNormalQuantile(u, mu, sigma, low, high), truth, 1e-9)
    },
  )

  it('has the slope of the log improvement', () => {
    fc.assert(
      fc.property(fc.double({ min: -60, max: 8, noNaN: true }), (z) => {
        const step = 1e-5 * Math.max(1, Math.abs(z))
        const slope = (logImprovement(z + step).value - logImprovement(z - step).value) / (2 * step)
        expect(Math.abs(logImprovement(z).slope - slope)).toBeLessThan(1e-4 * Math.max(1, Math.abs(slope)))
        const cdfSlope = (logNormalCdf(z + step) - logNormalCdf(z - step)) / (2 * step)
        expect(Math.abs(logNormalCdfWithSlope(z).slope - cdfSlope)).toBeLessThan(1e-4 * Math.max(1, cdfSlope))
      }),
    )
  })

  it('keeps every quantile of a cut normal inside the cut', () => {
    const real = fc.double({ min: -1e3, max: 1e3, noNaN: true })
    const u = fc.double({ min: 1e-16, max: 1 - 1e-16, noNaN: true })
    fc.assert(
      fc.property(u, real, fc.double({ min: 1e-6, max: 1e3, noNaN: true }), (u, mu, sigma) => {
        const x = truncatedNormalQuantile(u, mu, sigma, 0, 1)
        expect(x >= 0 && x <= 1).toBe(true)
      }),
    )
  })
})

describe('cholesky', () => {
  const all = (found: Float64Array, truth: readonly number[], which: (i: number) => boolean = () => true) =>
    truth.forEach((value, i) => {
      if (which(i)) expect(Math.abs(found[i]! - value)).toBeLessThan(1e-9 * Math.max(1, Math.abs(value)))
    })

  it.each(golden.factors)('factors, solves and inverts a matrix of $n rows', (example) => {
    const { n } = example
    const factor = cholesky(Float64Array.from(example.matrix), n)!
    expect(factor.jitter).toBe(0)
    all(factor.lower, example.lower, (i) => i % n <= Math.floor(i / n))
    const forward = Float64Array.from(example.b)
    solveLower(factor.lower, n, forward)
    all(forward, example.forward)
    const backward = Float64Array.from(example.b)
    solveUpper(factor.lower, n, backward)
    all(backward, example.backward)
    all(inverseOf(factor), example.inverse)
    near(logDeterminant(factor), example.log_determinant, 1e-10)
  })

  it('adds the least that helps to a singular matrix', () => {
    const ones = new Float64Array(9).fill(1)
    const { jitter } = cholesky(ones, 3)!
    expect(jitter).toBeGreaterThan(0)
    expect(jitter).toBeLessThan(1e-9)
  })

  it('gives up on what is not finite or far from positive', () => {
    expect(cholesky(Float64Array.of(Number.NaN), 1)).toBeUndefined()
    expect(cholesky(Float64Array.of(1, 5, 5, 1), 2)).toBeUndefined()
  })
})

describe('eigenOf', () => {
  it('finds an orthonormal basis in which a symmetric matrix is diagonal', () => {
    const rng = rngOf(2, 1)
    for (const n of [1, 2, 5, 16]) {
      const matrix = new Float64Array(n * n)
      for (let i = 0; i < n; i++)
        for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = rng.uniform() - 0.5
      const { values, vectors } = eigenOf(matrix, n)
      const column = (k: number) => Array.from({ length: n }, (_, i) => vectors[i * n + k]!)
      const product = (a: readonly number[], b: readonly number[]) =>
        a.reduce((sum, x, i) => sum + x * b[i]!, 0)
      for (let k = 0; k < n; k++) {
        for (let l = 0; l < n; l++) expect(product(column(k), column(l))).toBeCloseTo(Number(k === l), 12)
        for (let i = 0; i < n; i++)
          expect(product([...matrix.subarray(i * n, (i + 1) * n)], column(k))).toBeCloseTo(
            values[k]! * column(k)[i]!,
            12,
          )
      }
    }
  })

  it('leaves a diagonal matrix as it is, and a matrix of zeros', () => {
    expect([...eigenOf(Float64Array.of(3, 0, 0, 1), 2).values]).toEqual([3, 1])
    expect([...eigenOf(new Float64Array(4), 2).values]).toEqual([0, 0])
  })
})

describe('minimizeInBox', () => {
  const rosenbrock = (x: ArrayLike<number>) => {
    let sum = 0
    for (let i = 0; i + 1 < x.length; i++) sum += 100 * (x[i + 1]! - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2
    return sum
  }
  const bowl = (x: ArrayLike<number>) => (x[0]! - 3) ** 2 + 100 * (x[1]! + 2) ** 2 + x[0]! * x[1]!
  const withSlopes =
    (f: (x: ArrayLike<number>) => number): Objective =>
    (x, gradient) => {
      for (let i = 0; i < x.length; i++) {
        const step = 1e-6
        const moved = (by: number) => f(x.map((value, k) => (k === i ? value + by : value)))
        gradient[i] = (moved(step) - moved(-step)) / (2 * step)
      }
      return f(x)
    }

  it.each(golden.minima)("ends where SciPy's L-BFGS-B ends: $title", (example) => {
    const f = withSlopes(example.title.startsWith('rosenbrock') ? rosenbrock : bowl)
    const found = minimizeInBox(f, example.start, { ...example, evaluations: 300 })
    expect(found.value).toBeLessThanOrEqual(example.value + 1e-7)
    example.x.forEach((value, i) => {
      expect(found.x[i]).toBeCloseTo(value, 3)
    })
    expect(found.evaluations).toBeLessThan(120)
  })

  it('never leaves the box, never ends above its start, and keeps to its evaluations', () => {
    const real = fc.double({ min: -10, max: 10, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(real, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 30 }),
        (start, most) => {
          const lower = start.map(() => -1.5)
          const upper = start.map(() => 2)
          const inside = start.map((value) => Math.min(2, Math.max(-1.5, value)))
          let calls = 0
          const wavy = (x: ArrayLike<number>) =>
            Array.from(x).reduce((sum, value, i) => sum + Math.sin(3 * value + i) + 0.1 * value ** 2, 0)
          const f: Objective = (x, gradient) => {
            calls++
            for (let i = 0; i < x.length; i++) {
              expect(x[i]! >= -1.5 && x[i]! <= 2).toBe(true)
              gradient[i] = 3 * Math.cos(3 * x[i]! + i) + 0.2 * x[i]!
            }
            return wavy(x)
          }
          const found = minimizeInBox(f, start, { lower, upper, evaluations: most })
          expect(found.value).toBeLessThanOrEqual(wavy(inside) + 1e-12)
          expect(calls).toBeLessThanOrEqual(most)
        },
      ),
    )
  })

  it('stays where it is when the objective is not a number', () => {
    const found = minimizeInBox(() => Number.NaN, [0.5], { lower: [0], upper: [1], evaluations: 10 })
    expect([...found.x]).toEqual([0.5])
  })
})

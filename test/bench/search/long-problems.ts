/** Functions for budgets of 300 and 500 trials: ill-conditioned, rotated, of many parameters, and with many local minima. */
import { rngOf } from '@chimney/core/math/rng'
import { numberOf } from '@chimney/core/schema/json'
import type { SearchProblem } from './problems.ts'

type Formula = (x: readonly number[]) => number

function long(
  name: string,
  dimensions: number,
  [min, max]: readonly [number, number],
  budget: number,
  minimum: number,
  f: Formula,
): SearchProblem {
  const keys = Array.from({ length: dimensions }, (_, i) => `x${String(i).padStart(2, '0')}`)
  return {
    name,
    family: 'long',
    budget,
    minimum,
    unit: 1,
    parameters: Object.fromEntries(keys.map((key) => [key, { distribution: 'uniform', min, max }])),
    loss: (params) => f(keys.map((key) => numberOf(params[key])!)),
  }
}

/** A rotation, by Gram & Schmidt from normal draws (Box & Muller 1958) of a fixed seed. */
function rotation(dimensions: number): readonly (readonly number[])[] {
  const rng = rngOf(17, dimensions)
  const normal = () => Math.sqrt(-2 * Math.log(rng.uniform())) * Math.cos(2 * Math.PI * rng.uniform())
  const rows: number[][] = []
  for (let i = 0; i < dimensions; i++) {
    let row = Array.from({ length: dimensions }, normal)
    for (const other of rows) {
      const along = row.reduce((sum, value, j) => sum + value * other[j]!, 0)
      row = row.map((value, j) => value - along * other[j]!)
    }
    const length = Math.hypot(...row)
    rows.push(row.map((value) => value / length))
  }
  return rows
}

/** f of the rotated distance from a point off the middle. */
function turned(f: Formula, dimensions: number, shift: number): Formula {
  const rows = rotation(dimensions)
  return (x) =>
    f(rows.map((row) => row.reduce((sum, r, j) => sum + r * (x[j]! - shift * Math.sin(j + 1)), 0)))
}

const powell: Formula = (x) => {
  let total = 0
  for (let i = 0; i + 3 < x.length; i += 4) {
    const [a, b, c, d] = [x[i]!, x[i + 1]!, x[i + 2]!, x[i + 3]!]
    total += (a + 10 * b) ** 2 + 5 * (c - d) ** 2 + (b - 2 * c) ** 4 + 10 * (a - d) ** 4
  }
  return total
}
const dixonPrice: Formula = (x) =>
  x.slice(1).reduce((sum, value, i) => sum + (i + 2) * (2 * value * value - x[i]!) ** 2, (x[0]! - 1) ** 2)
const ellipsoid: Formula = (x) =>
  x.reduce((sum, value, i) => sum + 10 ** ((3 * i) / (x.length - 1)) * value * value, 0)
const rastrigin: Formula = (x) =>
  x.reduce((sum, value) => sum + value * value - 10 * Math.cos(2 * Math.PI * value) + 10, 0)
const rosenbrock: Formula = (x) =>
  x.slice(1).reduce((sum, value, i) => sum + 100 * (value - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2, 0)
const levy: Formula = (x) => {
  const w = x.map((value) => 1 + (value - 1) / 4)
  const last = w[w.length - 1]!
  return w
    .slice(0, -1)
    .reduce(
      (sum, value) => sum + (value - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * value + 1) ** 2),
      Math.sin(Math.PI * w[0]!) ** 2 + (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2),
    )
}
const ackley: Formula = (x) =>
  20 +
  Math.E -
  20 * Math.exp(-0.2 * Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length)) -
  Math.exp(x.reduce((sum, value) => sum + Math.cos(2 * Math.PI * value), 0) / x.length)

/** Dixon & Szegö 1978, Shekel's foxholes with ten minima. */
const shekel: Formula = (x) => {
  const c = [1, 2, 2, 4, 4, 6, 3, 7, 5, 5]
  const a = [4, 1, 8, 6, 3, 2, 5, 8, 6, 7]
  const b = [4, 1, 8, 6, 7, 9, 3, 1, 2, 3.6]
  return -c.reduce(
    (sum, value, i) =>
      sum + 1 / (value / 10 + x.reduce((far, at, j) => far + (at - (j % 2 === 0 ? a[i]! : b[i]!)) ** 2, 0)),
    0,
  )
}

export const LONG: readonly SearchProblem[] = [
  long('powell8', 8, [-4, 5], 500, 0, powell),
  long('turned ellipsoid8', 8, [-4, 6], 500, 0, turned(ellipsoid, 8, 2)),
  long('dixon-price6', 6, [-10, 10], 300, 0, dixonPrice),
  long('rosen8', 8, [-5, 10], 500, 0, rosenbrock),
  long('levy30', 30, [-10, 10], 500, 0, levy),
  long('ackley20', 20, [-16.384, 32.768], 500, 0, ackley),
  long('shekel10', 4, [0, 10], 300, -10.536443153483527, shekel),
  long('turned rastrigin6', 6, [-4.12, 6.12], 500, 0, turned(rastrigin, 6, 1)),
]

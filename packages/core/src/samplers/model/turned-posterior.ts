/**
 * A Gaussian process along the directions in which its mean changes most instead of along the axes: Wycoff, Binois & Gramacy 2022,
 * "Sensitivity prewarping for local surrogate modeling". Where parameters interact, valleys do not run along axes, and one length scale
 * for each axis cannot describe them.
 */
import { type Eigen, eigenOf } from '../../math/eigen.ts'
import { fitGp } from '../../math/fit-gp.ts'
import type { GpData } from '../../math/gp-kernel.ts'
import { type Posterior, posteriorOf } from '../../math/gp-posterior.ts'
import type { Minimum } from '../../math/minimize.ts'
import type { Row } from './view.ts'

/** The directions of more axes cannot be found from the trials that a process is conditioned on. */
const MOST_AXES = 16
/** Of the greatest; less cannot be distinguished from noise. */
const LEAST_SENSITIVITY = 1e-8

/** An orthogonal map of the real axes, after each is scaled. Categories stay as they are. */
interface Turn {
  readonly axes: readonly number[]
  readonly scales: readonly number[]
  readonly eigen: Eigen
}

/**
 * `straight` is the process along the axes, with the parameters of `fit`, of which `nearest` was the data. Undefined when the turned one
 * explains `nearest` less well.
 */
export function turnedPosterior(
  known: GpData,
  nearest: GpData,
  fit: Minimum,
  straight: Posterior,
  pending: readonly Row[],
  evaluations: number,
): Posterior | undefined {
  const { rows, y, categorical } = known
  const axes = [...categorical.keys()].filter((a) => !categorical[a])
  if (axes.length < 2 || axes.length > MOST_AXES) return undefined
  const logs = axes.map((a) => fit.x[a]! / 2)
  const middle = meanOf(logs)
  // In units of their common length scale, so that the priors keep their meaning.
  const scales = logs.map((log) => Math.exp(log - middle))
  const turn: Turn = { axes, scales, eigen: eigenOf(sensitivity(straight, rows, axes, scales), axes.length) }
  const start = startOf(turn, fit.x, middle)
  if (start === undefined) return undefined
  const turned = (row: Row): Row => turnInto(turn, row, new Float64Array(row.length))
  const better = fitGp({ ...nearest, rows: nearest.rows.map(turned) }, [start], evaluations)
  if (!(better.value < fit.value)) return undefined
  const inner = posteriorOf({ rows: rows.map(turned), y, categorical }, better.x, pending.map(turned))
  return inner && turnedBack(inner, turn)
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value / values.length, 0)

/** The mean of the outer products of the gradients of the posterior mean, n × n for n scaled axes. */
function sensitivity(
  straight: Posterior,
  rows: readonly Row[],
  axes: readonly number[],
  scales: readonly number[],
): Float64Array {
  const n = axes.length
  const matrix = new Float64Array(n * n)
  const slopes = new Float64Array(straight.weights.length)
  const unused = new Float64Array(straight.weights.length)
  for (const row of rows) {
    straight.predictWithSlopes(row, slopes, unused)
    const scaled = axes.map((a, i) => slopes[a]! / scales[i]!)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) matrix[i * n + j]! += (scaled[i]! * scaled[j]!) / rows.length
  }
  return matrix
}

/** Parameters whose inverse squared length scales follow the sensitivities. */
function startOf({ axes, eigen }: Turn, theta: Float64Array, middle: number): Float64Array | undefined {
  const top = Math.max(...eigen.values)
  if (!(top > 0)) return undefined
  const halves = [...eigen.values].map((value) => Math.log(Math.max(value / top, LEAST_SENSITIVITY)) / 2)
  const mean = meanOf(halves)
  const start = theta.slice()
  for (const [k, a] of axes.entries()) start[a] = 2 * middle + halves[k]! - mean
  return start
}

function turnInto({ axes, scales, eigen }: Turn, row: ArrayLike<number>, into: Float64Array): Float64Array {
  const n = axes.length
  into.set(row)
  for (let k = 0; k < n; k++) {
    let sum = 0
    for (let i = 0; i < n; i++) sum += eigen.vectors[i * n + k]! * scales[i]! * row[axes[i]!]!
    into[axes[k]!] = sum
  }
  return into
}

/** Writes the slopes by the axes from those by the directions. */
function slopesBack({ axes, scales, eigen }: Turn, along: Float64Array, into: Float64Array): void {
  const n = axes.length
  into.fill(0)
  for (let i = 0; i < n; i++) {
    let sum = 0
    for (let k = 0; k < n; k++) sum += eigen.vectors[i * n + k]! * along[axes[k]!]!
    into[axes[i]!] = sum * scales[i]!
  }
}

/** Of rows along the axes. */
function turnedBack(inner: Posterior, turn: Turn): Posterior {
  const { axes, scales, eigen } = turn
  const n = axes.length
  const weights = inner.weights.slice()
  for (let i = 0; i < n; i++) {
    let sum = 0
    for (let k = 0; k < n; k++) sum += eigen.vectors[i * n + k]! ** 2 * inner.weights[axes[k]!]!
    weights[axes[i]!] = sum * scales[i]! ** 2
  }
  const here = new Float64Array(weights.length)
  const meanAlong = new Float64Array(weights.length)
  const varianceAlong = new Float64Array(weights.length)
  return {
    ...inner,
    weights,
    predict: (row) => inner.predict(turnInto(turn, row, here)),
    predictWithSlopes: (row, meanSlopes, varianceSlopes) => {
      const prediction = inner.predictWithSlopes(turnInto(turn, row, here), meanAlong, varianceAlong)
      slopesBack(turn, meanAlong, meanSlopes)
      slopesBack(turn, varianceAlong, varianceSlopes)
      return prediction
    },
  }
}

/**
 * The tree-structured Parzen estimator on rows of coordinates. Trials are split into good and others; a mixture of one
 * joint kernel per trial is laid over each side; of candidates drawn from the good side, the best have the highest density ratio
 * of the good side to the other side (Bergstra et al. 2011, §4.1). What the kernels look like follows
 * Watanabe 2023, "Tree-structured Parzen estimator: understanding its algorithm components", §3.3.
 */
import type { Rng } from '../../math/rng.ts'
import { logNormalMass, truncatedNormalQuantile } from '../../math/truncated-normal.ts'
import type { Agreeing } from './agreement.ts'
import type { Dataset } from './dataset.ts'
import { orderOf } from './order.ts'
import { ABSENT, type Axis, type Row, type View } from './view.ts'

export interface ParzenSearch {
  /** Candidates, best first. */
  readonly rows: readonly Row[]
  readonly good: number
  readonly bad: number
}

const GOOD_SHARE = 0.1
const MOST_GOOD = 25
/** Maximum kernels of the other side: more cost time and change little. An even choice represents all. */
const MOST_BAD = 400
const CANDIDATES = 64
const DRAWS = 8

/** `agreed`: other sweeps that count as well, see {@link shared}. */
export function parzenSearch(view: View, data: Dataset, agreed: readonly Agreeing[], rng: Rng): ParzenSearch {
  const order = orderOf(data.samples)
  const count = Math.min(Math.ceil(GOOD_SHARE * data.observed), MOST_GOOD, order.length)
  const ranked = order.map((index) => data.samples[index]!.row)
  const foreign = agreed.map((one) => shared(one, data.observed))
  const goodRows = [ranked.slice(0, count), ...foreign.map(({ good }) => good)].flat()
  // Running trials count as not good (the constant liar of Ginsbourger et al. 2010), so that suggestions do not cluster around them.
  const others = [
    ...foreign.flatMap(({ bad }) => bad),
    ...ranked.slice(count),
    ...data.infeasible,
    ...data.pending,
  ]
  const below = mixtureOf(view.axes, goodRows)
  const above = mixtureOf(view.axes, evenly(others, MOST_BAD))
  const scored: { row: Row; score: number }[] = []
  for (let c = 0; c < CANDIDATES; c++) {
    const { row } = view.settle(allowedFrom(view, below, rng))
    scored.push({ row, score: logDensity(below, row) - logDensity(above, row) })
  }
  // A score that is not a number (no kernel reaches so far) sorts last.
  const rank = (score: number) => (Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score)
  scored.sort((a, b) => rank(b.score) - rank(a.score) || 0)
  return { rows: scored.map(({ row }) => row), good: goodRows.length, bad: others.length }
}

/** Own trials and those of other sweeps together, if those agree fully. */
const MOST_SHARED = 100

/**
 * The trials of another sweep, more the better it ranks this sweep's trials, and fewer as there are own ones (Watanabe et al. 2023, "Speeding up
 * multi-objective hyperparameter optimization by task similarity-based meta-learning for the tree-structured Parzen estimator").
 * They are good or not by their rank in their own sweep: losses of different tasks cannot be compared.
 */
function shared({ source, weight, correlation }: Agreeing, own: number) {
  const most = Math.round(weight * correlation * Math.max(0, MOST_SHARED - own))
  const rows = evenly(
    source.samples.map(({ row }) => row),
    most,
  )
  const count = Math.ceil(GOOD_SHARE * rows.length)
  const good = source.samples.slice(0, count).map(({ row }) => row)
  return { good, bad: rows.filter((row) => !good.includes(row)) }
}

/** Draws until the constraints hold, but not for long: the sampler moves a candidate when it has no better one. */
function allowedFrom(view: View, mixture: Mixture, rng: Rng): Row {
  let row = drawFrom(mixture, rng)
  for (let draw = 1; draw < DRAWS && !view.allows(row); draw++) row = drawFrom(mixture, rng)
  return view.allows(row) ? row : (view.moved(row) ?? row)
}

const evenly = <T>(all: readonly T[], most: number): readonly T[] =>
  all.length <= most ? all : Array.from({ length: most }, (_, k) => all[Math.floor((k * all.length) / most)]!)

/** Kernels of the trials and one more, the prior, all with the same weight. */
interface Mixture {
  readonly axes: readonly Axis[]
  readonly kernels: readonly AxisKernels[]
  /** The prior counts as one. */
  readonly count: number
  readonly logs: Float64Array
}

/** One axis of all kernels of a mixture but the prior. */
type AxisKernels = {
  /** The coordinate of each; {@link ABSENT} where the trial had none: there the prior is used. */
  readonly at: Float64Array
  /** ln of the prior's density or chance. */
  readonly logPrior: number
} & (
  | {
      readonly kind: 'category'
      readonly size: number
      /** What all chances add up to, and the logarithms of those of the same and of any other category. */
      readonly total: number
      readonly same: number
      readonly other: number
    }
  | {
      readonly kind: 'table'
      readonly levels: Float64Array
      readonly levelIndex: ReadonlyMap<number, number>
      /** By kernel: the probability of each level, and its logarithm. */
      readonly chances: readonly (Float64Array | undefined)[]
      readonly logs: readonly (Float64Array | undefined)[]
    }
  | {
      readonly kind: 'normal'
      readonly sigma: number
      /** By kernel: ln of the density at its middle. */
      readonly tops: Float64Array
    }
)

function mixtureOf(axes: readonly Axis[], rows: readonly Row[]): Mixture {
  const kernels = axes.map((axis, a) => axisKernels(axis, a, rows, axes.length))
  const count = rows.length + 1
  return { axes, kernels, count, logs: new Float64Array(count) }
}

/** ln of the density (of the chance, on discrete axes) of a mixture. */
function logDensity({ kernels, count, logs }: Mixture, row: Row): number {
  logs.fill(0)
  for (let a = 0; a < kernels.length; a++) if (row[a] !== ABSENT) addLogs(kernels[a]!, row[a]!, logs)
  let top = Number.NEGATIVE_INFINITY
  for (let k = 0; k < count; k++) top = Math.max(top, logs[k]!)
  let sum = 0
  for (let k = 0; k < count; k++) sum += Math.exp(logs[k]! - top)
  return top + Math.log(sum / count)
}

/** Adds what each kernel, the prior behind them, says of a coordinate. */
function addLogs(kernels: AxisKernels, x: number, logs: Float64Array): void {
  const { at, logPrior } = kernels
  const n = at.length
  if (kernels.kind === 'category') {
    const { same, other } = kernels
    for (let k = 0; k < n; k++) logs[k]! += at[k] === ABSENT ? logPrior : at[k] === x ? same : other
  } else if (kernels.kind === 'table') {
    const index = kernels.levelIndex.get(x)!
    for (let k = 0; k < n; k++) logs[k]! += at[k] === ABSENT ? logPrior : kernels.logs[k]![index]!
  } else {
    const { sigma, tops } = kernels
    for (let k = 0; k < n; k++) {
      const z = (x - at[k]!) / sigma
      logs[k]! += at[k] === ABSENT ? logPrior : tops[k]! - 0.5 * z * z
    }
  }
  logs[n]! += logPrior
}

/** A full row: axes that do not exist for the drawn kernel come from the prior. */
function drawFrom({ axes, kernels, count }: Mixture, rng: Rng): Row {
  const k = rng.below(count)
  return Float64Array.from(axes, (axis, a) =>
    k === count - 1 || kernels[a]!.at[k] === ABSENT
      ? axis.atQuantile(rng.uniform())
      : drawNear(kernels[a]!, k, rng),
  )
}

function drawNear(kernels: AxisKernels, k: number, rng: Rng): number {
  const at = kernels.at[k]!
  if (kernels.kind === 'normal') return truncatedNormalQuantile(rng.uniform(), at, kernels.sigma, 0, 1)
  if (kernels.kind === 'category') return rng.uniform() * kernels.total < 1 ? at : rng.below(kernels.size)
  const { levels } = kernels
  const chances = kernels.chances[k]!
  let u = rng.uniform()
  for (let i = 0; i < levels.length - 1; i++) {
    u -= chances[i]!
    if (u < 0) return levels[i]!
  }
  return levels[levels.length - 1]!
}

/** Narrower kernels would end a search on a real range before its time. */
const NARROWEST = 0.01
/** The variance of an even draw from [0, 1]: what is expected of an axis before anything is known. */
const EVEN_VARIANCE = 1 / 12

/**
 * Scott's rule, σ·n^(−1/(d+4)), from the spread of the trials themselves, so that kernels narrow as good trials come
 * together: Scott 1992, "Multivariate density estimation", eq. 6.42. On a discrete axis at least one step.
 */
function widthOf(axis: Axis, a: number, rows: readonly Row[], dimensions: number): number {
  const xs = rows.map((row) => row[a]!).filter((x) => x !== ABSENT)
  const mean = xs.reduce((sum, x) => sum + x, 0) / Math.max(1, xs.length)
  const variance = xs.reduce((sum, x) => sum + (x - mean) ** 2, EVEN_VARIANCE) / (xs.length + 1)
  const width = Math.sqrt(variance) * Math.max(1, rows.length) ** (-1 / (dimensions + 4))
  return Math.max(width, axis.levels === undefined ? NARROWEST : 1 / (axis.size - 1))
}

function axisKernels(axis: Axis, a: number, rows: readonly Row[], dimensions: number): AxisKernels {
  const at = Float64Array.from(rows, (row) => row[a]!)
  if (axis.kind === 'category') {
    // A kernel has its own category with one, each category (its own too) with 1/n more: Watanabe 2023, eq. 17.
    const more = 1 / (rows.length + 1)
    const total = 1 + axis.size * more
    const [same, other] = [Math.log((1 + more) / total), Math.log(more / total)]
    return { kind: 'category', at, logPrior: -Math.log(axis.size), size: axis.size, total, same, other }
  }
  const sigma = widthOf(axis, a, rows, dimensions)
  // Longer discrete axes are treated as continuous.
  if (axis.levels !== undefined) return tableKernels(axis.levels, at, sigma)
  const tops = at.map(
    (mu) => -Math.log(sigma * Math.sqrt(2 * Math.PI)) - logNormalMass(-mu / sigma, (1 - mu) / sigma),
  )
  return { kind: 'normal', at, logPrior: 0, sigma, tops }
}

/** Chances on the levels of a discrete axis, in proportion to the density there; no mass is lost between them. */
function tableKernels(values: readonly number[], at: Float64Array, sigma: number): AxisKernels {
  const levels = Float64Array.from(values)
  const tables = new Map<number, { readonly chances: Float64Array; readonly logs: Float64Array }>() // by the kernel's own coordinate
  const tableFor = (mu: number) => {
    let table = tables.get(mu)
    if (table === undefined) {
      const heights = levels.map((x) => Math.exp(-0.5 * ((x - mu) / sigma) ** 2))
      const sum = heights.reduce((total, height) => total + height, 0)
      const chances = heights.map((height) => height / sum)
      table = { chances, logs: chances.map((chance) => Math.log(Math.max(chance, 1e-300))) }
      tables.set(mu, table)
    }
    return table
  }
  const byKernel = Array.from(at, (mu) => (mu === ABSENT ? undefined : tableFor(mu)))
  return {
    kind: 'table',
    at,
    logPrior: -Math.log(values.length),
    levels,
    levelIndex: new Map(values.map((x, i) => [x, i])),
    chances: byKernel.map((table) => table?.chances),
    logs: byKernel.map((table) => table?.logs),
  }
}

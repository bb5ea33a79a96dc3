/**
 * The tree-structured Parzen estimator on rows of coordinates. Trials are split into good and others; a mixture of one
 * joint kernel per trial is laid over each side; of candidates drawn from the good side, those are best whose density
 * there is the highest in proportion to the other side (Bergstra et al. 2011, §4.1). What the kernels look like follows
 * Watanabe 2023, "Tree-structured Parzen estimator: understanding its algorithm components", §3.3.
 */
import type { Rng } from '../../math/rng.ts'
import { logNormalMass, truncatedNormalQuantile } from '../../math/truncated-normal.ts'
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
/** Kernels of the other side beyond this would cost time and change little; an even choice of them stands for all. */
const MOST_BAD = 400
const CANDIDATES = 64

export function parzenSearch(view: View, data: Dataset, rng: Rng): ParzenSearch {
  const samples = [...data.foreign, ...data.samples]
  const order = orderOf(samples)
  const good = Math.min(Math.ceil(GOOD_SHARE * (data.told + data.foreign.length)), MOST_GOOD, order.length)
  const rowAt = (place: number) => samples[place]!.row
  // Running trials count as not good (the constant liar of Ginsbourger et al. 2010), so that nobody crowds around them.
  const others = [...order.slice(good).map(rowAt), ...data.infeasible, ...data.pending]
  const below = mixtureOf(view.axes, order.slice(0, good).map(rowAt))
  const above = mixtureOf(view.axes, evenly(others, MOST_BAD))
  const scored: { row: Row; score: number }[] = []
  for (let c = 0; c < CANDIDATES; c++) {
    const { row } = view.settle(below.draw(rng))
    scored.push({ row, score: below.logDensity(row) - above.logDensity(row) })
  }
  // A score that is not a number (no kernel reaches so far) is the last choice, not an accident of sorting.
  const rank = (score: number) => (Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score)
  scored.sort((a, b) => rank(b.score) - rank(a.score) || 0)
  return { rows: scored.map(({ row }) => row), good, bad: others.length }
}

const evenly = <T>(all: readonly T[], most: number): readonly T[] =>
  all.length <= most ? all : Array.from({ length: most }, (_, k) => all[Math.floor((k * all.length) / most)]!)

interface Mixture {
  readonly logDensity: (row: Row) => number
  /** A full row: axes that do not exist for the drawn kernel come from the prior. */
  readonly draw: (rng: Rng) => Row
}

/** One axis of all kernels of a mixture. */
interface AxisKernels {
  /** ln of the density (of the chance, for lattices and categories) of kernel k at x. */
  readonly log: (k: number, x: number) => number
  readonly draw: (k: number, rng: Rng) => number
  /** ln of the prior's. */
  readonly logPrior: number
}

/** Kernels of the trials and one more, the prior, all with the same weight. */
function mixtureOf(axes: readonly Axis[], rows: readonly Row[]): Mixture {
  const kernels = axes.map((axis, a) => axisKernels(axis, a, rows, axes.length))
  const count = rows.length + 1
  const logs = new Float64Array(count)
  return {
    logDensity: (row) => {
      let top = Number.NEGATIVE_INFINITY
      for (let k = 0; k < count; k++) {
        let log = 0
        for (let a = 0; a < axes.length; a++) {
          const x = row[a]!
          if (x === ABSENT) continue
          const prior = k === rows.length || rows[k]![a] === ABSENT
          log += prior ? kernels[a]!.logPrior : kernels[a]!.log(k, x)
        }
        logs[k] = log
        top = Math.max(top, log)
      }
      let sum = 0
      for (let k = 0; k < count; k++) sum += Math.exp(logs[k]! - top)
      return top + Math.log(sum / count)
    },
    draw: (rng) => {
      const k = rng.below(count)
      return Float64Array.from(axes, (axis, a) =>
        k === rows.length || rows[k]![a] === ABSENT
          ? axis.atQuantile(rng.uniform())
          : kernels[a]!.draw(k, rng),
      )
    },
  }
}

/** Narrower kernels would end a search on a real range before its time. */
const NARROWEST = 0.01
/** The variance of an even draw from [0, 1]: what is expected of an axis before anything is known. */
const EVEN_VARIANCE = 1 / 12

/**
 * Scott's rule, σ·n^(−1/(d+4)), from the spread of the trials themselves, so that kernels narrow as good trials come
 * together: Scott 1992, "Multivariate density estimation", eq. 6.42. On a lattice at least one step.
 */
function widthOf(axis: Axis, a: number, rows: readonly Row[], dimensions: number): number {
  const xs = rows.map((row) => row[a]!).filter((x) => x !== ABSENT)
  const mean = xs.reduce((sum, x) => sum + x, 0) / Math.max(1, xs.length)
  const variance = xs.reduce((sum, x) => sum + (x - mean) ** 2, EVEN_VARIANCE) / (xs.length + 1)
  const width = Math.sqrt(variance) * Math.max(1, rows.length) ** (-1 / (dimensions + 4))
  return Math.max(width, axis.places === undefined ? NARROWEST : 1 / (axis.size - 1))
}

function axisKernels(axis: Axis, a: number, rows: readonly Row[], dimensions: number): AxisKernels {
  if (axis.kind === 'category') {
    // A kernel has its own category with one, each category (its own too) with 1/n more: Watanabe 2023, eq. 17.
    const more = 1 / (rows.length + 1)
    const total = 1 + axis.size * more
    const same = Math.log((1 + more) / total)
    const other = Math.log(more / total)
    return {
      log: (k, x) => (rows[k]![a] === x ? same : other),
      draw: (k, rng) => (rng.uniform() * total < 1 ? rows[k]![a]! : rng.below(axis.size)),
      logPrior: -Math.log(axis.size),
    }
  }
  const sigma = widthOf(axis, a, rows, dimensions)
  // Longer lattices are as good as real ranges.
  if (axis.places !== undefined) return tableKernels(axis.places, a, rows, sigma)
  const constants = rows.map((row) => {
    const mu = row[a]!
    return -Math.log(sigma * Math.sqrt(2 * Math.PI)) - logNormalMass(-mu / sigma, (1 - mu) / sigma)
  })
  return {
    log: (k, x) => {
      const z = (x - rows[k]![a]!) / sigma
      return constants[k]! - 0.5 * z * z
    },
    draw: (k, rng) => truncatedNormalQuantile(rng.uniform(), rows[k]![a]!, sigma, 0, 1),
    logPrior: 0,
  }
}

/** Chances on the values of a lattice, in proportion to the density there; no mass is lost between them. */
function tableKernels(
  values: readonly number[],
  a: number,
  rows: readonly Row[],
  sigma: number,
): AxisKernels {
  const size = values.length
  const places = Float64Array.from(values)
  const placeOf = new Map(values.map((x, i) => [x, i]))
  const tables = new Map<number, Float64Array>() // by the kernel's own coordinate
  const tableFor = (mu: number) => {
    let table = tables.get(mu)
    if (table === undefined) {
      table = places.map((x) => Math.exp(-0.5 * ((x - mu) / sigma) ** 2))
      const sum = table.reduce((total, chance) => total + chance, 0)
      table = table.map((chance) => chance / sum)
      tables.set(mu, table)
    }
    return table
  }
  const byKernel = rows.map((row) => (row[a] === ABSENT ? undefined : tableFor(row[a]!)))
  const logs = byKernel.map((table) => table?.map((chance) => Math.log(Math.max(chance, 1e-300))))
  return {
    log: (k, x) => logs[k]![placeOf.get(x)!]!,
    draw: (k, rng) => {
      let u = rng.uniform()
      const table = byKernel[k]!
      for (let i = 0; i < size - 1; i++) {
        u -= table[i]!
        if (u < 0) return places[i]!
      }
      return places[size - 1]!
    },
    logPrior: -Math.log(size),
  }
}

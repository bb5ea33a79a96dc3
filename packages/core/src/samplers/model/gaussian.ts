import { fitGp, type GpData, type Posterior, posteriorOf, priorStarts } from '../../math/gaussian-process.ts'
import { imputed } from './acquire.ts'
import type { Dataset, Foreign, Sample } from './dataset.ts'
import { warpLosses } from './losses.ts'
import { orderOf } from './order.ts'
import type { Row, View } from './view.ts'

export interface GaussianModel {
  readonly posterior: Posterior
  /** The least mean among what is known and what runs: noise moves it less than the least loss. */
  readonly best: number
  /** Known rows, best first. */
  readonly leaders: readonly Row[]
  readonly known: number
  /**
   * How well the process foretells trials that it is not told, from 0 (not at all) to 1: the correlation of their losses
   * with what it would have said of them.
   */
  readonly skill: number
}

/** Rows that the process is conditioned on, running ones included; the time for a suggestion grows with their square. */
const MOST_KNOWN = 128
const MOST_PENDING = 64
/** Rows that a fit looks at; its time grows with their cube. */
const MOST_FITTED = 80
const LEADERS = 5
/** A failed trial counts as badly as this share of what is known, from the worst: bad, but no cliff. */
const FAILED_RANK = 0.9

/** Undefined when there is nothing to learn from: no loss, or all of them equal. */
export function gaussianModel(view: View, data: Dataset): GaussianModel | undefined {
  const { foreign } = data
  // Where trials are from is a category more: its length tells how much those of other sweeps say about this one, and its part of
  // the sum takes up that one of them does better on the whole (Swersky, Snoek & Adams 2013, "Multi-task Bayesian optimization").
  const home = foreign.length > 0 ? [0] : []
  const { axes } = view
  const categorical = Uint8Array.from([
    ...axes.map(({ kind }) => Number(kind === 'category')),
    ...home.map(() => 1),
  ])
  const samples: readonly (Sample & Partial<Foreign>)[] = [...foreign, ...withFailures(data)]
  if (samples.length < 2) return undefined
  const y = warpLosses(samples)
  if (y.every((value) => value === y[0])) return undefined
  const rowOf = (row: Row, source = 0): Row =>
    home.length === 0 ? imputed(axes, row) : Float64Array.from([...imputed(axes, row), source])
  const rows = samples.map(({ row, source }) => rowOf(row, source))
  const order = orderOf(samples)
  const theta = fitted({ rows, y, categorical }, order, (count) => firstOf(data, rowOf, count))
  const pending = data.pending.slice(-MOST_PENDING).map((row) => rowOf(row))
  const places = localPlaces(rows, order, theta, categorical, MOST_KNOWN - pending.length)
  const known: GpData = {
    rows: places.map((place) => rows[place]!),
    y: Float64Array.from(places, (place) => y[place]!),
    categorical,
  }
  const whole = posteriorOf(known, theta, pending)
  if (whole === undefined) return undefined
  const posterior = home.length === 0 ? whole : atHome(whole, axes.length)
  let best = Number.POSITIVE_INFINITY
  // A running trial is believed to reach its mean, so that the next one has to improve on that too: where a good mean is taken
  // for granted, trials would crowd.
  for (const row of [...known.rows, ...pending]) best = Math.min(best, posterior.predict(row).mean)
  const leaders = order.slice(0, LEADERS).map((place) => rows[place]!.slice(0, axes.length))
  const own = places.flatMap((place, i) => (samples[place]!.source === undefined ? [i] : []))
  const told = own.length < 2 ? places.map((_, i) => i) : own
  const leftOut = whole.leftOut()
  const skill = correlation(
    Float64Array.from(told, (i) => leftOut[i]!),
    Float64Array.from(told, (i) => known.y[i]!),
  )
  return { posterior, best, leaders, known: samples.length, skill: Math.max(0, skill) }
}

/** What the process says of trials of this sweep: rows without the coordinate that tells where they are from, which is 0. */
function atHome(posterior: Posterior, dimensions: number): Posterior {
  const full = new Float64Array(dimensions + 1)
  const here = (row: ArrayLike<number>) => {
    for (let d = 0; d < dimensions; d++) full[d] = row[d]!
    return full
  }
  return {
    ...posterior,
    predict: (row) => posterior.predict(here(row)),
    predictWithSlopes: (row, ...slopes) => posterior.predictWithSlopes(here(row), ...slopes),
  }
}

function correlation(a: Float64Array, b: Float64Array): number {
  const n = a.length
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value / n, 0)
  const [ma, mb] = [mean(a), mean(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < n; i++) {
    ab += (a[i]! - ma) * (b[i]! - mb)
    aa += (a[i]! - ma) ** 2
    bb += (b[i]! - mb) ** 2
  }
  const product = Math.sqrt(aa) * Math.sqrt(bb)
  return product > 0 ? ab / product : 0
}

/** Failed trials take part with a bad loss, so that the model leads away from where training fails. */
function withFailures({ samples, infeasible }: Dataset): readonly Sample[] {
  if (infeasible.length === 0 || samples.length === 0) return samples
  const losses = samples.map(({ loss }) => loss).sort((a, b) => a - b)
  const loss = losses[Math.floor(FAILED_RANK * (losses.length - 1))]!
  return [...samples, ...infeasible.slice(-samples.length).map((row) => ({ number: 0, row, loss }))]
}

/**
 * The parameters for these rows. From a count on a fit begins where the fit of the first of them ended, which is remembered:
 * both are functions of the rows alone, so that the answer does not depend on what was asked before.
 */
function fitted(data: GpData, order: readonly number[], firstOf: (count: number) => First): Float64Array {
  const n = data.rows.length
  const starts = priorStarts(data.categorical.length)
  const before = checkpointBelow(n)
  if (before < FIRST_CHECKPOINT) return fitGp(some(data, order), starts, FULL_EVALUATIONS)
  const first = firstOf(before)
  const { categorical } = data
  const base = remembered({ ...first, categorical }, () =>
    fitGp(some({ ...first, categorical }, first.order), starts, FULL_EVALUATIONS),
  )
  return fitGp(some(data, order), [base], WARM_EVALUATIONS)
}

interface First {
  readonly rows: readonly Row[]
  readonly y: Float64Array
  readonly order: readonly number[]
}

function firstOf(
  { early, foreign }: Dataset,
  rowOf: (row: Row, source?: number) => Row,
  count: number,
): First {
  const samples: readonly (Sample & Partial<Foreign>)[] = [...foreign, ...early].slice(0, count)
  const rows = samples.map(({ row, source }) => rowOf(row, source))
  return { rows, y: warpLosses(samples), order: orderOf(samples) }
}

const FULL_EVALUATIONS = 40
const WARM_EVALUATIONS = 6
const FIRST_CHECKPOINT = 24
const LAST_CHECKPOINT = 300
const GROWTH = 1.25

/** The greatest of 24, 30, 37, …, 266 that is at least a tenth below n; 0 when there is none. */
function checkpointBelow(n: number): number {
  let found = 0
  for (let c = FIRST_CHECKPOINT; c <= Math.min(0.9 * n, LAST_CHECKPOINT); c = Math.floor(c * GROWTH))
    found = c
  return found
}

/** The best half and an even choice of the others, when there are more than a fit can bear. */
function some(data: GpData, order: readonly number[]): GpData {
  if (order.length <= MOST_FITTED) return data
  const half = MOST_FITTED / 2
  const rest = order.length - half
  const places = order.slice(0, half)
  for (let k = 0; k < half; k++) places.push(order[half + Math.floor((k * rest) / half)]!)
  return {
    rows: places.map((place) => data.rows[place]!),
    y: Float64Array.from(places, (place) => data.y[place]!),
    categorical: data.categorical,
  }
}

/** A third are the best, a third the nearest to the very best in the model's own measure, the others spread evenly. */
function localPlaces(
  rows: readonly Row[],
  order: readonly number[],
  theta: Float64Array,
  categorical: Uint8Array,
  most: number,
): readonly number[] {
  if (order.length <= most) return order
  const chosen = new Set(order.slice(0, Math.floor(most / 3)))
  const center = rows[order[0]!]!
  const weights = theta.slice(0, categorical.length).map(Math.exp)
  const distance = (row: Row) => {
    let q = 0
    for (let a = 0; a < row.length; a++) {
      const difference = row[a]! - center[a]!
      if (difference !== 0) q += weights[a]! * (categorical[a] ? 1 : difference * difference)
    }
    return q
  }
  const distances = rows.map(distance)
  const near = order.filter((place) => !chosen.has(place))
  near.sort((a, b) => distances[a]! - distances[b]! || a - b)
  for (const place of near.splice(0, Math.floor(most / 3))) chosen.add(place)
  const left = order.filter((place) => !chosen.has(place))
  const count = most - chosen.size
  for (let k = 0; k < count; k++) chosen.add(left[Math.floor((k * left.length) / count)]!)
  return [...chosen]
}

/** Fits of checkpoints by content. A function that stays warm finds them again; another one works them out anew. */
const memory = new Map<string, Float64Array>()
const MOST_REMEMBERED = 64

function remembered(data: GpData, make: () => Float64Array): Float64Array {
  const key = digest(data)
  let theta = memory.get(key)
  if (theta === undefined) {
    theta = make()
    memory.set(key, theta)
    if (memory.size > MOST_REMEMBERED) memory.delete(memory.keys().next().value!)
  }
  return theta
}

/** Two independent 32-bit hashes (FNV-1a and a multiplicative one) over all numbers: a clash is one in 2^64. */
function digest({ rows, y, categorical }: GpData): string {
  let a = 0x811c9dc5
  let b = 0x9e3779b9
  const mix = (numbers: Float64Array) => {
    const words = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length * 2)
    for (const word of words) {
      a = Math.imul(a ^ word, 0x01000193)
      b = Math.imul((b ^ (b >>> 15)) + word, 0x85ebca6b)
    }
  }
  for (const row of rows) mix(row)
  mix(y)
  return `${rows.length} ${categorical.join('')} ${a >>> 0} ${b >>> 0}`
}

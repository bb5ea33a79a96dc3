import { bentBy, type GpData } from '../../math/gp-kernel.ts'
import { type Posterior, posteriorOf } from '../../math/gp-posterior.ts'
import type { Limit } from './acquisition.ts'
import type { Dataset } from './dataset.ts'
import { distancesFrom } from './distance.ts'
import { type First, fitted } from './fitted.ts'
import { hasSlacks, keepsAll, limitsOf } from './limits.ts'
import { warpLosses } from './losses.ts'
import { type Neighbourhood, neighbourhood } from './neighbourhood.ts'
import { orderOf } from './order.ts'
import type { Foreign, Sample } from './sample.ts'
import { imputed, type Row, type View } from './view.ts'

export interface GaussianModel {
  readonly posterior: Posterior
  /**
   * The lowest posterior mean of known and pending points that keep all constraints; less noisy than the lowest loss. Undefined
   * when no known point keeps them.
   */
  readonly best: number | undefined
  /** Constraints on results that some trial violated. */
  readonly limits: readonly Limit[]
  /** Evaluated rows, best first. */
  readonly leaders: readonly Row[]
  readonly known: number
  /**
   * Correlation of leave-one-out predictions with the losses, at least 0.
   */
  readonly skill: number
  /** Around the lowest posterior mean. Undefined with few trials, with those of other sweeps, or when constraints were violated. */
  readonly nearBest: () => Neighbourhood | undefined
}

/** Conditioning points, pending ones included; the time per suggestion grows with their square. */
const MOST_KNOWN = 128
const MOST_PENDING = 64
const LEADERS = 5
/** Quantile of the losses that a failed trial gets: bad, but without a discontinuity. */
const FAILED_RANK = 0.9

/** Undefined without losses, or if all are equal. */
export function gaussianModel(view: View, data: Dataset): GaussianModel | undefined {
  const { foreign } = data
  // The source sweep is one more category: its length scale says how similar the sweeps are, and its additive part covers an
  // offset between them (Swersky, Snoek & Adams 2013, "Multi-task Bayesian optimization").
  const home = foreign.length > 0 ? [0] : []
  const { axes } = view
  const categorical = Uint8Array.from([
    ...axes.map(({ kind }) => Number(kind === 'category')),
    ...home.map(() => 1),
  ])
  const samples: readonly (Sample & Partial<Foreign>)[] = [...foreign, ...withFailures(data)]
  if (samples.length < 2) return undefined
  const constrained = hasSlacks(data.samples)
  const y = constrained
    ? objectives([...foreign, ...withFailures(unconstrained(data))], samples)
    : warpLosses(samples)
  if (y.every((value) => value === y[0])) return undefined
  const whole = (row: Row): Row => (view.conditional ? imputed(axes, row) : row)
  const rowOf = (row: Row, source = 0): Row =>
    home.length === 0 ? whole(row) : Float64Array.from([...whole(row), source])
  const rows = samples.map(({ row, source }) => rowOf(row, source))
  const order = orderOf(samples)
  const theta = fitted({ rows, y, categorical }, order, (count) => firstOf(data, rowOf, count))
  const pending = data.pending.slice(-MOST_PENDING).map((row) => rowOf(row))
  const bent = rows.map(bentBy(theta, categorical))
  const indices = localIndices(bent, order, theta, categorical, MOST_KNOWN - pending.length)
  const known: GpData = {
    rows: indices.map((index) => rows[index]!),
    y: Float64Array.from(indices, (index) => y[index]!),
    categorical,
  }
  const everywhere = posteriorOf(known, theta, pending)
  if (everywhere === undefined) return undefined
  const posterior = home.length === 0 ? everywhere : atHome(everywhere, axes.length)
  const limits = constrained ? limitsAt(data, theta, categorical, pending, rowOf) : []
  const counts = (index: number) => limits.length === 0 || keepsAll(samples[index]!)
  const means = home.length === 0 ? everywhere.means() : undefined
  let best: number | undefined
  const lower = (mean: number) => {
    if (best === undefined || mean < best) best = mean
  }
  // Trials of other sweeps are predicted for this sweep.
  for (const [i, index] of indices.entries())
    if (counts(index)) lower(means ? means[i]! : posterior.predict(known.rows[i]!).mean)
  // Pending trials are imputed with the GP mean (kriging believer), so the next one must improve on that as well.
  for (const row of pending)
    if (limits.every((limit) => limit.posterior.predict(row).mean <= limit.threshold))
      lower(posterior.predict(row).mean)
  const leaders = order.slice(0, LEADERS).map((index) => rows[index]!.slice(0, axes.length))
  const own = indices.flatMap((index, i) => (samples[index]!.source === undefined ? [i] : []))
  const scored = own.length < 2 ? indices.map((_, i) => i) : own
  const leftOut = everywhere.leftOut()
  const skill = correlation(
    Float64Array.from(scored, (i) => leftOut[i]!),
    Float64Array.from(scored, (i) => known.y[i]!),
  )
  const nearBest = () => {
    if (limits.length > 0 || means === undefined) return undefined
    const center = rows[indices[means.indexOf(Math.min(...means))]!]!
    return neighbourhood({ samples, rows, center, categorical, theta, pending, most: MOST_KNOWN })
  }
  return { posterior, best, limits, leaders, known: samples.length, skill: Math.max(0, skill), nearBest }
}

/** With the loss as it is without constraints. */
const unconstrained = (data: Dataset): Dataset => ({ ...data, samples: data.samples.map(plain) })

const plain = (sample: Sample): Sample =>
  sample.objective === undefined ? sample : { ...sample, loss: sample.objective }

/** `samples` say which of them keep the constraints; failed ones do not. */
const objectives = (values: readonly Sample[], samples: readonly Sample[]): Float64Array =>
  warpLosses(
    values,
    samples.map((sample) => sample.slacks !== undefined && keepsAll(sample)),
  )

function limitsAt(
  data: Dataset,
  theta: Float64Array,
  categorical: Uint8Array,
  pending: readonly Row[],
  rowOf: (row: Row) => Row,
): readonly Limit[] {
  const { samples, early } = data
  const rows = samples.map(({ row }) => rowOf(row))
  const bent = rows.map(bentBy(theta, categorical))
  const chosen = localIndices(bent, orderOf(samples), theta, categorical, MOST_KNOWN - pending.length)
  return limitsOf({ samples, rows, chosen, pending, categorical, early, rowOf })
}

/** The posterior for this sweep: rows without the source coordinate, which is 0. */
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

/** Failed trials get a bad loss, so that the model avoids regions where training fails. */
function withFailures({ samples, infeasible }: Dataset): readonly Sample[] {
  if (infeasible.length === 0 || samples.length === 0) return samples
  const losses = samples.map(({ loss }) => loss).sort((a, b) => a - b)
  const loss = losses[Math.floor(FAILED_RANK * (losses.length - 1))]!
  return [...samples, ...infeasible.slice(-samples.length).map((row) => ({ number: 0, row, loss }))]
}

function firstOf(
  { early, foreign }: Dataset,
  rowOf: (row: Row, source?: number) => Row,
  count: number,
): First {
  const samples: readonly (Sample & Partial<Foreign>)[] = [...foreign, ...early].slice(0, count)
  const rows = samples.map(({ row, source }) => rowOf(row, source))
  const y = hasSlacks(early) ? objectives(samples.map(plain), samples) : warpLosses(samples)
  return { rows, y, order: orderOf(samples) }
}

/** A third are the best, a third the nearest to the very best in the model's own measure, the others spread evenly. */
function localIndices(
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
  const distances = distancesFrom(center, rows, { weights, categorical })
  const near = order.filter((index) => !chosen.has(index))
  near.sort((a, b) => distances[a]! - distances[b]! || a - b)
  for (const index of near.splice(0, Math.floor(most / 3))) chosen.add(index)
  const left = order.filter((index) => !chosen.has(index))
  const count = most - chosen.size
  for (let k = 0; k < count; k++) chosen.add(left[Math.floor((k * left.length) / count)]!)
  return [...chosen]
}

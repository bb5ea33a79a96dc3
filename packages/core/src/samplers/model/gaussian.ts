import { bentBy, type GpData } from '../../math/gp-kernel.ts'
import { type Posterior, posteriorOf } from '../../math/gp-posterior.ts'
import type { Limit } from './acquisition.ts'
import { agreeing } from './agreement.ts'
import type { Dataset } from './dataset.ts'
import { distancesFrom } from './distance.ts'
import { type First, fitted } from './fitted.ts'
import { hasSlacks, keepsAll, limitsOf } from './limits.ts'
import { warpLosses } from './losses.ts'
import { type Neighbourhood, neighbourhood } from './neighbourhood.ts'
import { orderOf } from './order.ts'
import type { Sample } from './sample.ts'
import { type Trend, trendOf, withTrend } from './trend.ts'
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
  /** Around the lowest posterior mean. Undefined with few trials, or when constraints were violated. */
  readonly nearBest: () => Neighbourhood | undefined
  /** What other sweeps contribute; undefined when nothing. */
  readonly trend: Trend | undefined
}

/** Conditioning points, pending ones included; the time per suggestion grows with their square. */
const MOST_KNOWN = 128
const MOST_PENDING = 64
const LEADERS = 5
/** Quantile of the losses that a failed trial gets: bad, but without a discontinuity. */
const FAILED_RANK = 0.9

/** Undefined without losses, or if all are equal. */
export function gaussianModel(view: View, data: Dataset): GaussianModel | undefined {
  const { axes } = view
  const categorical = Uint8Array.from(axes, ({ kind }) => Number(kind === 'category'))
  const samples = withFailures(data)
  if (samples.length < 2) return undefined
  const constrained = hasSlacks(data.samples)
  const own = constrained ? objectives(withFailures(unconstrained(data)), samples) : warpLosses(samples)
  if (own.every((value) => value === own[0])) return undefined
  const rowOf = (row: Row): Row => (view.conditional ? imputed(axes, row) : row)
  const rows = samples.map(({ row }) => rowOf(row))
  const order = orderOf(samples)
  const without = fitted({ rows, y: own, categorical }, order, (count) => firstOf(data, rowOf, count))
  const agreed = agreeing(view, data.sources, data.samples)
  const trend = trendOf({ rows, y: own, categorical }, without, agreed)
  const { y, theta } = trend ?? { y: own, theta: without }
  const pending = data.pending.slice(-MOST_PENDING).map(rowOf)
  const bent = rows.map(bentBy(theta, categorical))
  const indices = localIndices(bent, order, theta, categorical, MOST_KNOWN - pending.length)
  const known: GpData = {
    rows: indices.map((index) => rows[index]!),
    y: Float64Array.from(indices, (index) => y[index]!),
    categorical,
  }
  const inner = posteriorOf(known, theta, pending)
  if (inner === undefined) return undefined
  const posterior = trend ? withTrend(inner, trend, known.rows) : inner
  const limits = constrained ? limitsAt(data, theta, categorical, pending, rowOf) : []
  const counts = (index: number) => limits.length === 0 || keepsAll(samples[index]!)
  const means = posterior.means()
  let best: number | undefined
  const lower = (mean: number) => {
    if (best === undefined || mean < best) best = mean
  }
  for (const [i, index] of indices.entries()) if (counts(index)) lower(means[i]!)
  // Pending trials are imputed with the GP mean (kriging believer), so the next one must improve on that as well.
  for (const row of pending)
    if (limits.every((limit) => limit.posterior.predict(row).mean <= limit.threshold))
      lower(posterior.predict(row).mean)
  const leaders = order.slice(0, LEADERS).map((index) => rows[index]!)
  // What a source found best is worth a look where it agrees.
  const elsewhere = (trend?.sources ?? []).map(({ source }) => rowOf(source.samples[0]!.row))
  const skill = correlation(
    posterior.leftOut(),
    Float64Array.from(indices, (index) => own[index]!),
  )
  const nearBest = () => {
    if (limits.length > 0) return undefined
    const center = rows[indices[means.indexOf(Math.min(...means))]!]!
    return neighbourhood({ samples, rows, center, categorical, theta, pending, most: MOST_KNOWN })
  }
  return {
    posterior,
    best,
    limits,
    leaders: [...leaders, ...elsewhere],
    known: samples.length,
    skill: Math.max(0, skill),
    nearBest,
    trend,
  }
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

function firstOf({ early }: Dataset, rowOf: (row: Row) => Row, count: number): First {
  const samples = early.slice(0, count)
  const rows = samples.map(({ row }) => rowOf(row))
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

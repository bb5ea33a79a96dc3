/** One Gaussian process per constraint on results. */
import type { GpData } from '../../math/gp-kernel.ts'
import { posteriorOf } from '../../math/gp-posterior.ts'
import type { Limit } from './acquisition.ts'
import { fitted } from './fitted.ts'
import { orderOf } from './order.ts'
import type { Sample } from './sample.ts'
import type { Row } from './view.ts'

/** Trials that all have a slack for each bound, see {@link hasSlacks}. */
export interface Constrained {
  readonly samples: readonly Sample[]
  /** As the process takes them. */
  readonly rows: readonly Row[]
  /** Indices of the samples that the processes are conditioned on. */
  readonly chosen: readonly number[]
  readonly pending: readonly Row[]
  readonly categorical: Uint8Array
  /** The first samples, see `fitted`, and their rows. */
  readonly early: readonly Sample[]
  readonly rowOf: (row: Row) => Row
}

export const hasSlacks = (samples: readonly Sample[]): boolean => {
  const count = samples[0]?.slacks?.length
  return count !== undefined && samples.every(({ slacks }) => slacks?.length === count)
}

export const keepsAll = ({ slacks }: Sample): boolean => !slacks?.some((slack) => slack > 0)

/** Of the constraints that some trial violated: one that all keep does not restrict the search yet. */
export function limitsOf(constrained: Constrained): readonly Limit[] {
  const { samples } = constrained
  const count = samples[0]!.slacks!.length
  return Array.from({ length: count }, (_, k) => k).flatMap((k) => {
    if (!samples.some(({ slacks }) => slacks![k]! > 0)) return []
    const limit = limitOf(constrained, k)
    return limit === undefined ? [] : [limit]
  })
}

function limitOf(
  { samples, rows, chosen, pending, categorical, early, rowOf }: Constrained,
  k: number,
): Limit | undefined {
  const { y, threshold } = slackValues(samples, k)
  if (y.every((value) => value === y[0])) return undefined
  const theta = fitted({ rows, y, categorical }, orderOf(samples), (count) => {
    const first = early.slice(0, count)
    return { rows: first.map(({ row }) => rowOf(row)), y: slackValues(first, k).y, order: orderOf(first) }
  })
  const known: GpData = {
    rows: chosen.map((index) => rows[index]!),
    y: Float64Array.from(chosen, (index) => y[index]!),
    categorical,
  }
  const posterior = posteriorOf(known, theta, pending)
  return posterior && { posterior, threshold }
}

/** Standardised, with large distances shortened on both sides of the bound, and where the bound itself lies. A missing value is far off. */
function slackValues(samples: readonly Sample[], k: number): { y: Float64Array; threshold: number } {
  const finite = samples.map(({ slacks }) => slacks![k]!).filter(Number.isFinite)
  const sizes = finite.map(Math.abs).sort((a, b) => a - b)
  const unit = sizes[sizes.length >> 1] || 1
  const most = finite.reduce((top, slack) => Math.max(top, slack), unit)
  const short = samples.map(({ slacks }) => Math.min(slacks![k]!, most) / unit)
  const mean = short.reduce((sum, value) => sum + value / short.length, 0)
  const deviation = Math.sqrt(short.reduce((sum, value) => sum + (value - mean) ** 2 / short.length, 0)) || 1
  return { y: Float64Array.from(short, (value) => (value - mean) / deviation), threshold: -mean / deviation }
}

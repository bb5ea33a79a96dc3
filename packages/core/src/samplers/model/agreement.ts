/**
 * How much each source says of this sweep: by how well its model ranks this sweep's trials, as in Feurer, Letham & Bakshy 2018, "Scalable
 * meta-learning for Bayesian optimization using ranking-weighted Gaussian process ensembles".
 */
import type { Sample } from './sample.ts'
import { modelOf, type Source, type SourceModel } from './sources.ts'
import { imputed, type Row, type View } from './view.ts'

export interface Agreeing {
  readonly source: Source
  readonly model: SourceModel
  /** They sum to 1 over all sources that agree. */
  readonly weight: number
  /** Kendall's rank correlation with this sweep's trials, above 0. */
  readonly correlation: number
}

/** With fewer trials any order may be chance. */
const FEWEST = 4
/** Deviations of a rank correlation by chance: below, a source is left out. */
const LEAST_DEVIATIONS = 1

/** Sources that rank these trials better than chance. */
export function agreeing(
  view: View,
  sources: readonly Source[],
  own: readonly Sample[],
): readonly Agreeing[] {
  const n = own.length
  if (n < FEWEST) return []
  // Kendall & Gibbons 1990, "Rank correlation methods", §4.
  const deviation = Math.sqrt((2 * (2 * n + 5)) / (9 * n * (n - 1)))
  const rows = own.map(({ row }): Row => (view.conditional ? imputed(view.axes, row) : row))
  const found = sources.flatMap((source) => {
    const model = modelOf(view, source)
    if (model === undefined) return []
    const means = rows.map((row) => model.predict(row).mean)
    const correlation = kendall(
      means,
      own.map(({ loss }) => loss),
    )
    return correlation > LEAST_DEVIATIONS * deviation ? [{ source, model, correlation }] : []
  })
  const total = found.reduce((sum, { correlation }) => sum + correlation ** 2, 0)
  return found.map((one) => ({ ...one, weight: one.correlation ** 2 / total }))
}

/** Pairs in the same order less those in the other, as a share of all. */
function kendall(a: readonly number[], b: readonly number[]): number {
  let sum = 0
  for (let i = 1; i < a.length; i++)
    for (let j = 0; j < i; j++) sum += Math.sign(a[i]! - a[j]!) * Math.sign(b[i]! - b[j]!)
  return (2 * sum) / (a.length * (a.length - 1))
}

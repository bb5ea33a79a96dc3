import type { Row } from './view.ts'

/** How a Gaussian process compares rows: inverse squared length scales, and which axes are categories (1). */
export interface Measure {
  readonly weights: Float64Array
  readonly categorical: Uint8Array
}

/** Squared distances in length scales. Two categories are 1 apart. */
export const distancesFrom = (
  center: Row,
  rows: readonly Row[],
  { weights, categorical }: Measure,
): readonly number[] =>
  rows.map((row) => {
    let q = 0
    for (let a = 0; a < row.length; a++) {
      const difference = row[a]! - center[a]!
      if (difference !== 0) q += weights[a]! * (categorical[a] ? 1 : difference * difference)
    }
    return q
  })

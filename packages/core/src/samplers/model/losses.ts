import { normalQuantile } from '../../math/normal.ts'
import type { Sample } from './dataset.ts'

/**
 * Losses as a Gaussian process likes them: mean 0, variance 1, no long tail of bad values.
 */
export function warpLosses(samples: readonly Sample[]): Float64Array {
  const y = settled(samples)
  const n = y.length
  const order = y.map((_, i) => i).sort((a, b) => y[a]! - y[b]! || a - b)
  const at = (place: number) => y[order[place]!]!
  const low = at(0)
  // Divided first, so that the widest range of doubles does not overflow.
  const top = Math.max(Math.abs(low), Math.abs(at(n - 1)), Number.MIN_VALUE)
  const scaled = Float64Array.from(y, (value) => value / top)
  const middle = (scaled[order[(n - 1) >> 1]!]! + scaled[order[n >> 1]!]!) / 2
  halfRank(scaled, order, middle)
  return standardised(scaled)
}

/** A trial that was stopped early was no better than what finished usually is, whatever it said at its rung. */
function settled(samples: readonly Sample[]): Float64Array {
  const finished = samples.filter(({ rung }) => rung === undefined).map(({ loss }) => loss)
  if (finished.length === 0 || finished.length === samples.length)
    return Float64Array.from(samples, ({ loss }) => loss)
  const sorted = finished.sort((a, b) => a - b)
  const median = sorted[sorted.length >> 1]!
  return Float64Array.from(samples, ({ loss, rung }) => (rung === undefined ? loss : Math.max(loss, median)))
}

/**
 * Values above the median are put where a normal distribution with the spread of the good half would have them, so that an
 * outlier is merely the last one: half-rank warping as in Song et al. 2024, "The Vizier Gaussian process bandit
 * algorithm", §3.2.
 */
function halfRank(y: Float64Array, order: ArrayLike<number>, middle: number): void {
  const n = y.length
  let square = 0
  let count = 0
  for (const value of y) {
    if (value > middle) continue
    square += (middle - value) ** 2
    count++
  }
  const spread = Math.sqrt(square / Math.max(count, 1))
  if (!(spread > 0)) return
  for (let from = 0; from < n; ) {
    let to = from
    while (to + 1 < n && y[order[to + 1]!] === y[order[from]!]) to++
    if (y[order[from]!]! > middle) {
      // Equals share the mean of their ranks.
      const rank = ((from + to) / 2 + 0.5) / n
      const value = middle + spread * normalQuantile(rank)
      for (let place = from; place <= to; place++) y[order[place]!] = value
    }
    from = to + 1
  }
}

function standardised(y: Float64Array): Float64Array {
  const n = y.length
  const mean = y.reduce((sum, value) => sum + value / n, 0)
  const deviation = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2 / n, 0))
  return y.map((value) => (deviation > 0 ? (value - mean) / deviation : 0))
}

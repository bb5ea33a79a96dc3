import type { Sample } from './dataset.ts'

/**
 * Losses as a Gaussian process likes them: mean 0, variance 1, and no long tail of bad values. Order is kept; equal losses
 * stay equal.
 */
export function warpLosses(samples: readonly Sample[]): Float64Array {
  const y = settled(samples)
  // Divided first, so that the widest range of doubles does not overflow.
  const top = y.reduce((most, value) => Math.max(most, Math.abs(value)), Number.MIN_VALUE)
  return standardised(shortened(y.map((value) => value / top)))
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
 * Above the median differences count by their logarithm, in units of the spread of the better half: how bad exactly a bad
 * trial is says little about where the good ones are, and a diverged one must not blind the model. The slope has no jump,
 * so that a smooth function stays smooth, which ranks would spoil.
 */
function shortened(y: Float64Array): Float64Array {
  const sorted = y.slice().sort()
  const middle = (sorted[(y.length - 1) >> 1]! + sorted[y.length >> 1]!) / 2
  let square = 0
  let count = 0
  for (const value of y) {
    if (value > middle) continue
    square += (middle - value) ** 2
    count++
  }
  const spread = Math.sqrt(square / Math.max(count, 1))
  // Half of all losses are the same: what is worse is merely worse.
  if (!(spread > 0)) return y.map((value) => Math.min(Math.max(Math.sign(value - middle), -1), 1))
  return y.map((value) => (value > middle ? middle + spread * Math.log1p((value - middle) / spread) : value))
}

function standardised(y: Float64Array): Float64Array {
  const n = y.length
  const mean = y.reduce((sum, value) => sum + value / n, 0)
  const deviation = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2 / n, 0))
  return y.map((value) => (deviation > 0 ? (value - mean) / deviation : 0))
}

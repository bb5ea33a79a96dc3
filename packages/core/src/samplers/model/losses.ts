import type { Sample } from './sample.ts'

/**
 * Losses as a Gaussian process likes them: mean 0, variance 1, and no long tail of bad values. Order is kept, but among the
 * worst that lie far out; equal losses stay equal.
 */
export function warpLosses(samples: readonly Sample[]): Float64Array {
  const y = settled(samples)
  // Halved before the subtraction, so that the widest range of doubles does not overflow; and from the median, so that small
  // differences between large losses keep their digits.
  const origin = y.slice().sort()[y.length >> 1]! / 2
  const centred = y.map((value) => value / 2 - origin)
  const top = centred.reduce((most, value) => Math.max(most, Math.abs(value)), Number.MIN_VALUE)
  return standardised(fenced(shortened(centred.map((value) => value / top))))
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

/** How many times the distance of the quartiles: the outer fence of Tukey 1977, "Exploratory data analysis", §2D. */
const FENCE = 3

/** Even the logarithm of one diverged loss is a spike that no smooth function has: far out is far out, however far. */
function fenced(y: Float64Array): Float64Array {
  const sorted = y.slice().sort()
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!
  const width = at(0.75) - at(0.25)
  // Where most are the same there is no width to measure by.
  return width > 0 ? y.map((value) => Math.min(value, at(0.75) + FENCE * width)) : y
}

function standardised(y: Float64Array): Float64Array {
  const n = y.length
  const mean = y.reduce((sum, value) => sum + value / n, 0)
  // In units of the largest, whose square neither overflows nor vanishes.
  const largest = y.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0)
  if (!(largest > 0)) return new Float64Array(n)
  const z = y.map((value) => (value - mean) / largest)
  const middle = z.reduce((sum, value) => sum + value / n, 0)
  const deviation = Math.sqrt(z.reduce((sum, value) => sum + (value - middle) ** 2 / n, 0))
  return z.map((value) => (value - middle) / deviation)
}

import type { Sample } from './sample.ts'

/**
 * Losses as a Gaussian process likes them: mean 0, variance 1, and no long tail of bad values. Order is kept, but among the
 * worst that lie far out; equal losses stay equal.
 */
export function warpLosses(samples: readonly Sample[], feasible?: readonly boolean[]): Float64Array {
  const y = settled(samples)
  // Halved before the subtraction, so that the widest range of doubles does not overflow; and from the median, so that small
  // differences between large losses keep their digits.
  const origin = y.slice().sort()[y.length >> 1]! / 2
  const centred = y.map((value) => value / 2 - origin)
  const top = centred.reduce((most, value) => Math.max(most, Math.abs(value)), Number.MIN_VALUE)
  const scaled = centred.map((value) => value / top)
  if (feasible?.includes(true)) return standardised(shortenedAround(scaled, feasible))
  return standardised(fenced(shortened(scaled)))
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

/** Spreads of the better half of the losses that keep the constraints, within which losses stay as they are. */
const NEAR = 3

/**
 * With constraints, what counts is near the losses that keep them, which need not be among the lowest. From {@link NEAR} spreads above
 * their median differences count by their logarithm, and from as many below the best of them, since nothing there keeps the constraints.
 */
function shortenedAround(y: Float64Array, feasible: readonly boolean[]): Float64Array {
  const kept = y.filter((_, i) => feasible[i]).sort()
  const middle = kept[kept.length >> 1]!
  const least = kept[0]!
  const below = kept.filter((value) => value <= middle)
  const square = below.reduce((sum, value) => sum + (middle - value) ** 2, 0)
  const all = y.slice().sort()
  const quartiles = all[Math.floor(0.75 * (all.length - 1))]! - all[Math.floor(0.25 * (all.length - 1))]!
  const spread = Math.sqrt(square / below.length) || quartiles || 1
  const [low, high] = [least - NEAR * spread, middle + NEAR * spread]
  return y.map((value) => {
    if (value > high) return high + spread * Math.log1p((value - high) / spread)
    return value < low ? low - spread * Math.log1p((low - value) / spread) : value
  })
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

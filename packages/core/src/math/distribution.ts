/** Continuous distributions of one real number: quantile function and CDF. */
import { betaCdf, betaQuantile } from './beta.ts'
import { normalCdf, normalQuantile } from './normal.ts'

export interface Distribution {
  /** The ends of the support, ±Infinity where there is none. */
  readonly low: number
  readonly high: number
  /** u strictly between 0 and 1 gives a number in [low, high], never NaN. */
  readonly quantile: (u: number) => number
  /** x in [low, high] gives a number in [0, 1]. */
  readonly cdf: (x: number) => number
}

const clamp = (x: number, low: number, high: number) => (x < low ? low : x > high ? high : x)

/** A single value. */
export const pointMass = (value: number): Distribution => ({
  low: value,
  high: value,
  quantile: () => value,
  cdf: () => 0.5,
})

/** Uniform on [low, high], low < high. Written so that the widest ranges of doubles do not overflow. */
export const uniformDistribution = (low: number, high: number): Distribution => {
  const width = high - low
  return {
    low,
    high,
    quantile: (u) => clamp(Number.isFinite(width) ? low + u * width : low * (1 - u) + high * u, low, high),
    cdf: (x) =>
      clamp(
        Number.isFinite(width)
          ? (x - low) / width
          : x / 2 / (high / 2 - low / 2) - low / 2 / (high / 2 - low / 2),
        0,
        1,
      ),
  }
}

/** exp of a uniform number; `lnLow` < `lnHigh`. The ends are separate arguments so that they are exact. */
export const logUniformDistribution = (
  lnLow: number,
  lnHigh: number,
  low: number,
  high: number,
): Distribution => ({
  low,
  high,
  quantile: (u) => clamp(Math.exp(lnLow + u * (lnHigh - lnLow)), low, high),
  cdf: (x) => clamp((Math.log(x) - lnLow) / (lnHigh - lnLow), 0, 1),
})

const MAX = Number.MAX_VALUE

/** Normal with standard deviation sigma > 0. */
export const normalDistribution = (mu: number, sigma: number): Distribution => ({
  low: Number.NEGATIVE_INFINITY,
  high: Number.POSITIVE_INFINITY,
  quantile: (u) => clamp(mu + sigma * normalQuantile(u), -MAX, MAX),
  cdf: (x) => normalCdf((x - mu) / sigma),
})

/** exp of a normal number. Clamped to the largest double. */
export const logNormalDistribution = (mu: number, sigma: number): Distribution => ({
  low: 0,
  high: Number.POSITIVE_INFINITY,
  quantile: (u) => clamp(Math.exp(mu + sigma * normalQuantile(u)), 0, MAX),
  cdf: (x) => (x <= 0 ? 0 : normalCdf((Math.log(x) - mu) / sigma)),
})

/** Beta with shapes a, b > 0. */
export const betaDistribution = (a: number, b: number): Distribution => ({
  low: 0,
  high: 1,
  quantile: (u) => clamp(betaQuantile(u, a, b), 0, 1),
  cdf: (x) => betaCdf(x, a, b),
})

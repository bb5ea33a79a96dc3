/** Continuous laws of one real number, as a quantile function and its inverse. */
import { betaCdf, betaQuantile } from './beta.ts'
import { normalCdf, normalQuantile } from './normal.ts'

export interface Law {
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
export const pointLaw = (value: number): Law => ({
  low: value,
  high: value,
  quantile: () => value,
  cdf: () => 0.5,
})

/** Uniform on [low, high], low < high. Written so that the widest ranges of doubles do not overflow. */
export const uniformLaw = (low: number, high: number): Law => {
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

/** exp of a uniform number; `lnLow` < `lnHigh`. The ends are given apart so that they come out as they were written. */
export const logUniformLaw = (lnLow: number, lnHigh: number, low: number, high: number): Law => ({
  low,
  high,
  quantile: (u) => clamp(Math.exp(lnLow + u * (lnHigh - lnLow)), low, high),
  cdf: (x) => clamp((Math.log(x) - lnLow) / (lnHigh - lnLow), 0, 1),
})

const MAX = Number.MAX_VALUE

/** Normal with standard deviation sigma > 0. */
export const normalLaw = (mu: number, sigma: number): Law => ({
  low: Number.NEGATIVE_INFINITY,
  high: Number.POSITIVE_INFINITY,
  quantile: (u) => clamp(mu + sigma * normalQuantile(u), -MAX, MAX),
  cdf: (x) => normalCdf((x - mu) / sigma),
})

/** exp of a normal number. What passes the largest double is cut there. */
export const logNormalLaw = (mu: number, sigma: number): Law => ({
  low: 0,
  high: Number.POSITIVE_INFINITY,
  quantile: (u) => clamp(Math.exp(mu + sigma * normalQuantile(u)), 0, MAX),
  cdf: (x) => (x <= 0 ? 0 : normalCdf((Math.log(x) - mu) / sigma)),
})

/** Beta with shapes a, b > 0. */
export const betaLaw = (a: number, b: number): Law => ({
  low: 0,
  high: 1,
  quantile: (u) => clamp(betaQuantile(u, a, b), 0, 1),
  cdf: (x) => betaCdf(x, a, b),
})

import { normalCdf } from './normal.ts'

const SQRT_2PI = Math.sqrt(2 * Math.PI)
const LN_SQRT_2PI = 0.5 * Math.log(2 * Math.PI)
/** From here on 60 levels of the continued fraction are exact to rounding. */
const FAR = 3
const LEVELS = 60

export const normalDensity = (x: number): number => Math.exp(-0.5 * x * x) / SQRT_2PI

/** f in Φ(−t) = φ(t) / (t + f), t ≥ 3: 1/(t + 2/(t + 3/(t + …))), Abramowitz & Stegun 26.2.14. */
function fraction(t: number): number {
  let f = 0
  for (let k = LEVELS; k >= 1; k--) f = k / (t + f)
  return f
}

/** ln Φ(x), exact far into the lower tail, where Φ itself is zero in doubles. */
export function logNormalCdf(x: number): number {
  if (x > 0) return Math.log1p(-normalCdf(-x))
  if (x > -FAR) return Math.log(normalCdf(x))
  return -0.5 * x * x - LN_SQRT_2PI - Math.log(fraction(-x) - x)
}

/**
 * Mills' ratio Φ(−t)/φ(t) for t ≥ 0; with erfcx it is √(π/2)·erfcx(t/√2). Never zero, whatever t.
 */
export const millsRatio = (t: number): number =>
  t < FAR ? normalCdf(-t) / normalDensity(t) : 1 / (t + fraction(t))

/** A function of z and its derivative. */
export interface Sloped {
  readonly value: number
  readonly slope: number
}

/**
 * ln(φ(z) + z·Φ(z)), the logarithm of the expected improvement in units of the standard deviation, without underflow or cancellation: Ament et al. 2023, "Unexpected improvements to expected
 * improvement", §4.1. In the lower tail with t = −z, φ + zΦ = φ·(1 − t/(t + f)) = φ·f/(t + f), so nothing is subtracted.
 */
export function logImprovement(z: number): Sloped {
  if (z > -FAR) {
    const cdf = normalCdf(z)
    const h = normalDensity(z) + z * cdf
    return { value: Math.log(h), slope: cdf / h }
  }
  const t = -z
  const f = fraction(t)
  return { value: -0.5 * t * t - LN_SQRT_2PI + Math.log(f / (t + f)), slope: 1 / f }
}

/** ln Φ(z) and its derivative φ(z)/Φ(z), both exact far into the lower tail. */
export function logNormalCdfWithSlope(z: number): Sloped {
  const slope = z > 0 ? normalDensity(z) / normalCdf(z) : 1 / millsRatio(-z)
  return { value: logNormalCdf(z), slope }
}

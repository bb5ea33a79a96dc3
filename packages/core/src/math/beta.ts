/** The beta distribution with shapes a, b > 0. */

/** ln Γ(x) for x > 0, relative error < 1e-13: Stirling's series (Abramowitz & Stegun 6.1.41) after shifting x above 10. */
export function logGamma(x: number): number {
  let shift = 0
  let z = x
  while (z < 10) {
    shift += Math.log(z)
    z += 1
  }
  const w = 1 / (z * z)
  const series =
    (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w * (1 / 1188 - (w * 691) / 360360))))) / z
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift
}

/**
 * The regularised incomplete beta function I_x(a, b): its continued fraction (Abramowitz & Stegun 26.5.8) by Lentz's
 * method as modified by Thompson & Barnett 1986, on the side where it converges fast.
 */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  if (x < (a + 1) / (a + b + 2)) return Math.min(1, (front * fraction(x, a, b)) / a)
  return Math.max(0, 1 - (front * fraction(1 - x, b, a)) / b)
}

const TINY = 1e-300 // stands for zero in Lentz's method, far from any real partial value
const TERMS = 1_000 // √max(a, b) terms are needed about; shapes up to a million converge

function fraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 - ((a + b) * x) / (a + 1)
  d = 1 / (Math.abs(d) < TINY ? TINY : d)
  let value = d
  for (let m = 1; m <= TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    let delta = 1
    for (const term of [even, odd]) {
      d = 1 + term * d
      d = 1 / (Math.abs(d) < TINY ? TINY : d)
      c = 1 + term / c
      if (Math.abs(c) < TINY) c = TINY
      delta = d * c
      value *= delta
    }
    if (Math.abs(delta - 1) < 1e-15) break
  }
  return value
}

/**
 * Quantile by bisection of the distribution function, in ln x where x is tiny (shapes below 1 put much of their mass
 * there). Sixty halvings settle a double; there is no derivative to go wrong. u in [0, 1].
 */
export function betaQuantile(u: number, a: number, b: number): number {
  if (u <= 0) return 0
  if (u >= 1) return 1
  // The upper end mirrors the lower one, so that values next to 1 keep their digits as well as the format lets them.
  if (betaCdf(0.5, a, b) < u) return 1 - lower(1 - u, b, a)
  return lower(u, a, b)
}

/** The quantile when it is at most 1/2. */
function lower(u: number, a: number, b: number): number {
  let low = -745 // ln of the least positive double
  let high = Math.log(0.5)
  if (betaCdf(Math.exp(low), a, b) >= u) return 0
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (betaCdf(Math.exp(middle), a, b) < u) low = middle
    else high = middle
  }
  return Math.exp((low + high) / 2)
}

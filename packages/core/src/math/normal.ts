/** The standard normal distribution. */

/**
 * Quantile, |relative error| < 1e-15: Wichura 1988, "Algorithm AS 241: the percentage points of the normal
 * distribution", routine PPND16. u strictly between 0 and 1; 0 and 1 give ∓Infinity.
 */
export function normalQuantile(u: number): number {
  const q = u - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (q * poly(A, r)) / poly(B, r)
  }
  const tail = q < 0 ? u : 1 - u
  if (tail <= 0) return q < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const r = Math.sqrt(-Math.log(tail))
  const value = r <= 5 ? poly(C, r - 1.6) / poly(D, r - 1.6) : poly(E, r - 5) / poly(F, r - 5)
  return q < 0 ? -value : value
}

/**
 * Distribution function. Within 1e-15 of the truth near the middle, and relatively exact in the lower tail: a series for
 * |x| < 3 (Marsaglia 2004, "Evaluating the normal distribution", eq. for B(x)), a continued fraction beyond
 * (Abramowitz & Stegun 26.2.14).
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN
  if (Math.abs(x) < 3) {
    let sum = x
    let term = x
    for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
      term *= (x * x) / k
      sum += term
    }
    return 0.5 + sum * density(x)
  }
  if (Math.abs(x) > 38.6) return x < 0 ? 0 : 1
  const z = Math.abs(x)
  let fraction = 0
  // 1/(z+ 1/(z+ 2/(z+ 3/(z+ …)))) from the inside; 60 levels are exact to rounding for z ≥ 3.
  for (let k = 60; k >= 1; k--) fraction = k / (z + fraction)
  const tail = density(z) / (z + fraction)
  return x < 0 ? tail : 1 - tail
}

const density = (x: number) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)

const poly = (coefficients: readonly number[], x: number) => {
  let value = 0
  for (let i = coefficients.length - 1; i >= 0; i--) value = value * x + coefficients[i]!
  return value
}

// Coefficients of the paper, lowest power first.
const A = [
  3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
  45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
]
const B = [
  1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867,
  39307.89580009271061, 28729.085735721942674, 5226.495278852545925,
]
const C = [
  1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
  1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
]
const D = [
  1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
  0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9,
]
const E = [
  6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
  0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
]
const F = [
  1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
  1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
]

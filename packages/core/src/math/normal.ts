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

// Coefficients of the paper, lowest power first, rounded to doubles.
const A = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
  67265.7709270087, 33430.57558358813, 2509.0809287301227,
]
const B = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
  28729.085735721943, 5226.495278852546,
]
const C = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
  0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
]
const D = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
]
const E = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
]
const F = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
  1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
]

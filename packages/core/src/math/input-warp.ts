/**
 * Bends an axis so that a function on it is about equally crooked everywhere: the cumulative distribution of Kumaraswamy,
 * w(x) = 1 − (1 − x^a)^b for x in [0, 1] and a, b > 0 (Snoek, Swersky, Zemel & Adams 2014, "Input warping for Bayesian optimization of
 * non-stationary functions", with the beta distribution; this one has the same shapes and needs no special function). w is x for a = b = 1.
 */

/** Slopes at the very ends may be infinite. */
const END = 1e-6
const inside = (x: number): number => Math.min(Math.max(x, END), 1 - END)

export const warped = (x: number, a: number, b: number): number => 1 - (1 - inside(x) ** a) ** b

/** dw/dx. */
export function warpSlope(x: number, a: number, b: number): number {
  const y = inside(x)
  return a * b * y ** (a - 1) * (1 - y ** a) ** (b - 1)
}

/** w, and its derivatives by ln a and ln b, at the same place of three arrays. */
export function warpInto(
  x: number,
  a: number,
  b: number,
  i: number,
  into: { readonly w: Float64Array; readonly byA: Float64Array; readonly byB: Float64Array },
): void {
  const y = inside(x)
  const t = y ** a
  const rest = 1 - t
  const power = rest ** b
  into.w[i] = 1 - power
  into.byA[i] = a * b * (power / rest) * t * Math.log(y)
  into.byB[i] = -b * power * Math.log(rest)
}

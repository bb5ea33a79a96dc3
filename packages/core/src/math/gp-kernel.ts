/**
 * Gaussian process regression over two kernels: one of all axes jointly, and a sum of one per axis, since main
 * effects often dominate (Duvenaud, Nickisch & Rasmussen 2011, "Additive Gaussian processes"; Hutter, Hoos &
 * Leyton-Brown 2014, "An efficient approach for assessing hyperparameter importance", §5, where single parameters explain most
 * of the variance). An additive function needs few points per axis, a function of D axes needs points in all corners.
 *
 * Rows have D coordinates. On a categorical axis two coordinates are equal or not, elsewhere their difference counts: q_d is 0
 * or 1, or the squared difference. With weights w_d (inverse squared length scales)
 *
 *   k = joint·M(Σ w_d·q_d) + main/D · Σ_d 1/(1 + stretch·w_d·q_d) + noise·[same row]
 *
 * M is Matérn-5/2 and the other one rational quadratic with α = 1, a mixture of smooth kernels of many lengths (Rasmussen &
 * Williams 2006, eqs. 4.17 and 4.19) that needs no exponential. An axis that does not matter has no weight in either part.
 * Parameters θ are logarithms, D + 4 of them: weights, joint, noise, main, stretch. There may be 2·D more, which bend the real axes
 * before they are compared (input-warp.ts): a of each axis, then b of each. Those of categorical axes mean nothing.
 */
import { warped } from './input-warp.ts'

export interface GpData {
  readonly rows: readonly Float64Array[]
  /** Standardised: the priors below expect a mean of 0 and a variance of 1. */
  readonly y: Float64Array
  /** 1 for a categorical axis. */
  readonly categorical: Uint8Array
}

export const ROOT5 = Math.sqrt(5)

/** (1 + √5·r + 5/3·r²)·exp(−√5·r) for r² = q: Rasmussen & Williams 2006, eq. 4.17. */
export const matern = (q: number): number => {
  const r = ROOT5 * Math.sqrt(q)
  return (1 + r + (5 / 3) * q) * Math.exp(-r)
}
/** Its derivative by q; there is nothing to divide by where two rows coincide. */
export const maternSlope = (q: number): number => {
  const r = ROOT5 * Math.sqrt(q)
  return (-5 / 6) * (1 + r) * Math.exp(-r)
}

/** Places of θ behind the D weights, {@link MORE} of them. */
export const JOINT = 0
export const NOISE = 1
export const MAIN = 2
export const STRETCH = 3
export const MORE = 4

/** Whether θ bends axes. */
export const isBent = (theta: Float64Array, dimensions: number): boolean => theta.length > dimensions + MORE

/** The same parameters, and bends that leave every axis as it is. */
export function bendable(theta: Float64Array, dimensions: number): Float64Array {
  const longer = new Float64Array(MORE + 3 * dimensions)
  longer.set(theta)
  return longer
}

/** Rows as θ bends their real axes; the same ones where it does not. */
export function bentBy(theta: Float64Array, categorical: Uint8Array): (row: Float64Array) => Float64Array {
  const dimensions = categorical.length
  if (!isBent(theta, dimensions)) return (row) => row
  const [a, b] = [0, dimensions].map((place) => theta.slice(dimensions + MORE + place).map(Math.exp))
  return (row) => row.map((x, d) => (categorical[d] ? x : warped(x, a![d]!, b![d]!)))
}

/**
 * Minimization in a box with limited memory of curvature: the two-loop recursion (Liu & Nocedal 1989) on the variables
 * that are free, and a search along the projected path (Bertsekas 1982, "Projected Newton methods", eqs. 32-37). It solves
 * what L-BFGS-B solves; the Cauchy point of Byrd et al. 1995 is replaced by the simpler choice of free variables.
 */

/** Writes the gradient at x into `gradient` and answers the value. Not finite means: do not go there. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number

export interface MinimizeOptions {
  readonly lower: ArrayLike<number>
  readonly upper: ArrayLike<number>
  /** Maximum number of calls of the objective. */
  readonly evaluations: number
  /** Stops when no free variable has a larger slope. Default 1e-6. */
  readonly gradientTolerance?: number
  /** Stops when a step gains less than this, relative to max(|value|, 1). Default 1e-10. */
  readonly valueTolerance?: number
}

export interface Minimum {
  readonly x: Float64Array
  readonly value: number
  readonly evaluations: number
}

const MEMORY = 8
const SUFFICIENT = 1e-4 // Armijo's constant, Nocedal & Wright 2006, §3.1
const SHRINKS = 20

/** From `start` (moved into the box) downhill. The answer is never worse than the start; NaN at the start is returned. */
export function minimizeInBox(
  objective: Objective,
  start: ArrayLike<number>,
  options: MinimizeOptions,
): Minimum {
  const { lower, upper, evaluations: most, gradientTolerance = 1e-6, valueTolerance = 1e-10 } = options
  const n = start.length
  const clamp = (value: number, i: number) => Math.min(Math.max(value, lower[i]!), upper[i]!)
  let x = Float64Array.from({ length: n }, (_, i) => clamp(start[i]!, i))
  let gradient = new Float64Array(n)
  let value = objective(x, gradient)
  let evaluations = 1
  const history: { s: Float64Array; y: Float64Array }[] = []
  const free = new Uint8Array(n)
  let direction = new Float64Array(n)
  let next = new Float64Array(n)
  let nextGradient = new Float64Array(n)

  while (evaluations < most && Number.isFinite(value)) {
    let steepest = 0
    for (let i = 0; i < n; i++) {
      const slope = gradient[i]!
      // A variable at its end whose slope points outside stays there.
      free[i] = (x[i]! <= lower[i]! && slope > 0) || (x[i]! >= upper[i]! && slope < 0) ? 0 : 1
      if (free[i]) steepest = Math.max(steepest, Math.abs(slope))
    }
    if (!(steepest > gradientTolerance)) break
    direction = descent(gradient, free, history)
    let slope = 0
    for (let i = 0; i < n; i++) slope += direction[i]! * gradient[i]!
    if (!(slope < 0)) {
      history.length = 0
      direction = descent(gradient, free, history)
    }
    // Without curvature the first step is as long as a hundredth of the widest side, at most.
    let step = history.length > 0 ? 1 : Math.min(1, firstStep(lower, upper, n) / steepest)
    let nextValue = Number.NaN
    let moved = false
    for (let shrink = 0; shrink < SHRINKS && evaluations < most; shrink++) {
      let expected = 0
      moved = false
      for (let i = 0; i < n; i++) {
        next[i] = clamp(x[i]! + step * direction[i]!, i)
        expected += gradient[i]! * (next[i]! - x[i]!)
        if (next[i] !== x[i]) moved = true
      }
      if (!moved) break
      nextValue = objective(next, nextGradient)
      evaluations++
      if (nextValue <= value + SUFFICIENT * expected) break
      // The minimum of the parabola through what is known, kept within a tenth and a half of the step.
      const curve = nextValue - value - expected
      const ratio = Number.isFinite(curve) && curve > 0 ? -expected / (2 * curve) : 0.1
      step *= Math.min(Math.max(ratio, 0.1), 0.5)
      nextValue = Number.NaN
    }
    if (!moved || !Number.isFinite(nextValue)) {
      if (history.length === 0) break
      history.length = 0 // the remembered curvature misleads; restarts from steepest descent
      continue
    }
    remember(history, x, next, gradient, nextGradient)
    const gain = value - nextValue
    ;[x, next] = [next, x]
    ;[gradient, nextGradient] = [nextGradient, gradient]
    const scale = Math.max(Math.abs(value), 1)
    value = nextValue
    if (gain <= valueTolerance * scale) break
  }
  return { x, value, evaluations }
}

const FIRST_SHARE = 0.1

function firstStep(lower: ArrayLike<number>, upper: ArrayLike<number>, n: number): number {
  let widest = 0
  for (let i = 0; i < n; i++) widest = Math.max(widest, upper[i]! - lower[i]!)
  return Number.isFinite(widest) ? FIRST_SHARE * widest : 1
}

type Memory = { s: Float64Array; y: Float64Array }[]

/** −H·gradient on the free variables, 0 on the others: Nocedal & Wright 2006, Algorithm 7.4. */
function descent(gradient: Float64Array, free: Uint8Array, history: Memory): Float64Array<ArrayBuffer> {
  const n = gradient.length
  const q = new Float64Array(n)
  for (let i = 0; i < n; i++) q[i] = free[i] ? gradient[i]! : 0
  const alphas = new Float64Array(history.length)
  const dot = (a: Float64Array, b: Float64Array) => {
    let sum = 0
    for (let i = 0; i < n; i++) if (free[i]) sum += a[i]! * b[i]!
    return sum
  }
  // Pairs without positive curvature among the free variables are passed over.
  const curvatures = history.map(({ s, y }) => dot(s, y))
  for (let k = history.length - 1; k >= 0; k--) {
    if (!(curvatures[k]! > 0)) continue
    const { s, y } = history[k]!
    const alpha = dot(s, q) / curvatures[k]!
    alphas[k] = alpha
    for (let i = 0; i < n; i++) if (free[i]) q[i]! -= alpha * y[i]!
  }
  for (let k = history.length - 1; k >= 0; k--) {
    if (!(curvatures[k]! > 0)) continue
    const scale = curvatures[k]! / dot(history[k]!.y, history[k]!.y)
    for (let i = 0; i < n; i++) q[i]! *= scale
    break
  }
  for (let k = 0; k < history.length; k++) {
    if (!(curvatures[k]! > 0)) continue
    const { s, y } = history[k]!
    const beta = dot(y, q) / curvatures[k]!
    for (let i = 0; i < n; i++) if (free[i]) q[i]! += (alphas[k]! - beta) * s[i]!
  }
  for (let i = 0; i < n; i++) q[i] = -q[i]!
  return q
}

function remember(
  history: Memory,
  x: Float64Array,
  next: Float64Array,
  gradient: Float64Array,
  nextGradient: Float64Array,
): void {
  const n = x.length
  const s = new Float64Array(n)
  const y = new Float64Array(n)
  let curvature = 0
  let square = 0
  for (let i = 0; i < n; i++) {
    s[i] = next[i]! - x[i]!
    y[i] = nextGradient[i]! - gradient[i]!
    curvature += s[i]! * y[i]!
    square += y[i]! * y[i]!
  }
  // Powell's condition: curvature from rounding errors would ruin the next direction.
  if (!(curvature > 2.2e-16 * square)) return
  history.push({ s, y })
  if (history.length > MEMORY) history.shift()
}

/**
 * Cholesky factors and triangular solves. Matrices are n×n, row-major Float64Arrays; of symmetric ones only the lower
 * triangle is read, and of factors only the lower triangle is meaningful.
 */
import { dot } from './dot.ts'

/** Factors `a` in place, a = L·Lᵀ. False when a pivot is not positive; `a` is then partly overwritten. */
export function choleskyInPlace(a: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    const row = i * n
    for (let j = 0; j < i; j++) {
      const other = j * n
      a[row + j] = (a[row + j]! - dot(a, row, a, other, j)) / a[other + j]!
    }
    const pivot = a[row + i]! - dot(a, row, a, row, i)
    if (!(pivot > 0) || pivot === Number.POSITIVE_INFINITY) return false
    a[row + i] = Math.sqrt(pivot)
  }
  return true
}

/** Relative to the diagonal, some thousand roundings of a double; each step is a hundred times the one before. */
const FIRST_JITTER = 1e-12
const JITTER_STEPS = 6

export interface Factor {
  readonly n: number
  readonly lower: Float64Array
  /** What was added to the diagonal, 0 when nothing was needed. */
  readonly jitter: number
}

/**
 * The factor of a symmetric matrix, with a growing amount added to the diagonal (relative to its mean) while the matrix
 * is not positive definite. Undefined when the largest, 1e-2 of the diagonal, does not help or an entry is not finite.
 */
export function cholesky(a: Float64Array, n: number): Factor | undefined {
  let mean = 0
  for (let i = 0; i < n; i++) mean += Math.abs(a[i * n + i]!) / n
  for (let step = 0; step <= JITTER_STEPS; step++) {
    const jitter = step === 0 ? 0 : mean * FIRST_JITTER * 100 ** (step - 1)
    const lower = a.slice()
    for (let i = 0; i < n; i++) lower[i * n + i]! += jitter
    if (choleskyInPlace(lower, n)) return { n, lower, jitter }
  }
  return undefined
}

/** Solves L·x = b in place. Rows beyond `n` of a larger factor may be left out: `stride` is the length of a row of L. */
export function solveLower(lower: Float64Array, n: number, b: Float64Array, stride = n): void {
  for (let i = 0; i < n; i++) {
    const row = i * stride
    b[i] = (b[i]! - dot(lower, row, b, 0, i)) / lower[row + i]!
  }
}

/** Solves Lᵀ·x = b in place. */
export function solveUpper(lower: Float64Array, n: number, b: Float64Array, stride = n): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = i * stride
    const x = b[i]! / lower[row + i]!
    b[i] = x
    for (let k = 0; k < i; k++) b[k]! -= lower[row + k]! * x
  }
}

/**
 * The inverse of L·Lᵀ, both triangles: W = L⁻¹ by rows, then Wᵀ·W. About twice the work of the factor. The caller
 * passes both n×n buffers, so that repeated calls do not allocate.
 */
export function inverseOf(
  { lower, n }: Factor,
  transposed: Float64Array = new Float64Array(n * n),
  inverse: Float64Array = new Float64Array(n * n),
): Float64Array {
  // transposed[j][i] = W[i][j]: row j of Wᵀ, so that every loop below runs along memory.
  for (let j = 0; j < n; j++) {
    const column = j * n
    transposed[column + j] = 1 / lower[column + j]!
    for (let i = j + 1; i < n; i++) {
      const row = i * n
      transposed[column + i] = -dot(lower, row + j, transposed, column + j, i - j) / lower[row + i]!
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const sum = dot(transposed, i * n + i, transposed, j * n + i, n - i)
      inverse[i * n + j] = sum
      inverse[j * n + i] = sum
    }
  }
  return inverse
}

/** ln det(L·Lᵀ). */
export function logDeterminant({ lower, n }: Factor): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += Math.log(lower[i * n + i]!)
  return 2 * sum
}

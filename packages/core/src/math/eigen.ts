/** Eigenvalues and eigenvectors of small symmetric matrices. */

export interface Eigen {
  readonly values: Float64Array
  /** Row-major; the k-th column is the eigenvector of the k-th value. Orthonormal. */
  readonly vectors: Float64Array
}

const SWEEPS = 30
const TOLERANCE = 1e-14

/**
 * The cyclic Jacobi method (Golub & Van Loan 2013, "Matrix computations", §8.5.5) for a symmetric n × n matrix, row-major. In no order.
 * O(n³) for each of about eight sweeps.
 */
export function eigenOf(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice()
  const vectors = new Float64Array(n * n)
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let off = 0
    let diagonal = 0
    for (let p = 0; p < n; p++) {
      diagonal += a[p * n + p]! ** 2
      for (let q = p + 1; q < n; q++) off += a[p * n + q]! ** 2
    }
    if (!(off > TOLERANCE ** 2 * diagonal)) break
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, n, p, q)
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!), vectors }
}

/** Makes the element (p, q) zero. */
function rotate(a: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q]!
  if (apq === 0) return
  const tau = (a[q * n + q]! - a[p * n + p]!) / (2 * apq)
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau))
  const c = 1 / Math.sqrt(1 + t * t)
  const s = t * c
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[k * n + p]!, a[k * n + q]!]
    a[k * n + p] = c * x - s * y
    a[k * n + q] = s * x + c * y
  }
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[p * n + k]!, a[q * n + k]!]
    a[p * n + k] = c * x - s * y
    a[q * n + k] = s * x + c * y
    const [v, w] = [vectors[k * n + p]!, vectors[k * n + q]!]
    vectors[k * n + p] = c * v - s * w
    vectors[k * n + q] = s * v + c * w
  }
}

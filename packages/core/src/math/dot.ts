/**
 * Σ a[i + k]·b[j + k] over k in [0, n). Four sums run side by side, for an addition takes longer than a processor needs to begin the
 * next one; the order of additions is fixed, so that the result is the same everywhere.
 */
export function dot(a: Float64Array, i: number, b: Float64Array, j: number, n: number): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let p = i
  let q = j
  const end = i + n
  for (const whole = end - 3; p < whole; p += 4, q += 4) {
    s0 += a[p]! * b[q]!
    s1 += a[p + 1]! * b[q + 1]!
    s2 += a[p + 2]! * b[q + 2]!
    s3 += a[p + 3]! * b[q + 3]!
  }
  for (; p < end; p++, q++) s0 += a[p]! * b[q]!
  return s0 + s1 + (s2 + s3)
}

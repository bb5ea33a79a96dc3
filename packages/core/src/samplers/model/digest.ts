import type { GpData } from '../../math/gp-kernel.ts'

/** Two independent 32-bit hashes (FNV-1a and a multiplicative one) over all numbers: a clash is one in 2^64. */
export function digest({ rows, y, categorical }: GpData): string {
  let a = 0x811c9dc5
  let b = 0x9e3779b9
  const mix = (numbers: Float64Array) => {
    const words = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length * 2)
    for (const word of words) {
      a = Math.imul(a ^ word, 0x01000193)
      b = Math.imul((b ^ (b >>> 15)) + word, 0x85ebca6b)
    }
  }
  for (const row of rows) mix(row)
  mix(y)
  return `${rows.length} ${categorical.join('')} ${a >>> 0} ${b >>> 0}`
}

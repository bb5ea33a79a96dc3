/**
 * Text forms of numbers whose order as text is their order as numbers, since DynamoDB sorts text. DynamoDB's own number
 * type ends at 1e126, which a diverged loss can pass; these forms are exact for every float64.
 */

const SIGN = 1n << 63n
const ALL = (1n << 64n) - 1n

/** 16 hex digits. Not for NaN; -0 is written as 0, because the two are equal and must not differ as keys. */
export function sortableFloat(value: number): string {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value + 0) // -0 + 0 is 0
  const bits = view.getBigUint64(0)
  // Positive floats sort by their bits already; negative ones in reverse, and below the positive ones.
  return (bits & SIGN ? bits ^ ALL : bits | SIGN).toString(16).padStart(16, '0')
}

export function parseSortableFloat(text: string): number {
  const bits = BigInt(`0x${text}`)
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, bits & SIGN ? bits ^ SIGN : bits ^ ALL)
  return view.getFloat64(0)
}

/** A non-negative integer, filled up with zeros to `digits`. */
export const padded = (value: number, digits: number): string => String(value).padStart(digits, '0')

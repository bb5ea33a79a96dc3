/**
 * Text forms of numbers that sort like the numbers. DynamoDB's number type ends at 1e126, which a diverged loss can exceed;
 * these forms are exact for every float64.
 */

const SIGN = 1n << 63n
const ALL = (1n << 64n) - 1n

/** 16 hex digits. Not for NaN; -0 is written as 0, since equal numbers need equal keys. */
export function sortableFloat(value: number): string {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value + 0) // -0 + 0 is 0
  const bits = view.getBigUint64(0)
  // The bits of positive floats sort correctly; those of negative ones in reverse and above.
  return (bits & SIGN ? bits ^ ALL : bits | SIGN).toString(16).padStart(16, '0')
}

export function parseSortableFloat(text: string): number {
  const bits = BigInt(`0x${text}`)
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, bits & SIGN ? bits ^ SIGN : bits ^ ALL)
  return view.getFloat64(0)
}

/** A non-negative integer, zero-padded to `digits`. */
export const padded = (value: number, digits: number): string => String(value).padStart(digits, '0')

/** An integer beyond ±(2^53 − 1), with all its digits: a seed, a time in nanoseconds. Smaller ones are plain numbers. */
export class LongInteger {
  readonly value: bigint
  constructor(value: bigint) {
    this.value = value
  }
  /** Plain `JSON.stringify` writes the nearest double. */
  toJSON(): number {
    return Number(this.value)
  }
}

/** Longer ones are read as doubles: an integer of a million digits takes minutes to read. */
const MAX_DIGITS = 400

/** The integer that decimal digits (with a sign) stand for: a number where it is exact. */
export function integerOf(text: string): number | LongInteger {
  const number = Number(text) + 0
  if (Number.isSafeInteger(number) || text.length > MAX_DIGITS || !Number.isFinite(number)) return number
  return new LongInteger(BigInt(text.replace('+', '')))
}

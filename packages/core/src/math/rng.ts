/**
 * Random numbers by counter: Philox4x32-10 of Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as
 * 1, 2, 3", §3.3. A block of four words is a function of (key, counter) alone, so every trial owns a stream without any
 * seeding step: the key is the sweep's seed, the counter holds the trial's number, a stream and the block.
 */

/** Draws of one stream, in order. */
export interface Rng {
  /** An integer in [0, 2^32). */
  readonly uint32: () => number
  /** A number strictly between 0 and 1, a multiple of 2^-53: the middle of one of 2^52 equal cells. */
  readonly uniform: () => number
  /** An integer in [0, n), n in [1, 2^32], without bias. */
  readonly below: (n: number) => number
}

const M0 = 0xd2511f53
const M1 = 0xcd9e8d57
const W0 = 0x9e3779b9 // golden ratio, added to the key each round
const W1 = 0xbb67ae85 // √3 − 1
const ROUNDS = 10

/** The upper 32 bits of a 64-bit product. */
function high(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16) // < 2^48, exact
  const cross = aLow * bHigh + (middle % 0x10000)
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000)) >>> 0
}

/** One block: four words from a counter of four words and a key of two, all in [0, 2^32). */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter
  let [k0, k1] = key
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = high(M0, c0)
    const low0 = Math.imul(M0, c0) >>> 0
    const high1 = high(M1, c2)
    const low1 = Math.imul(M1, c2) >>> 0
    c0 = (high1 ^ c1 ^ k0) >>> 0
    c1 = low1
    c2 = (high0 ^ c3 ^ k1) >>> 0
    c3 = low0
    k0 = (k0 + W0) >>> 0
    k1 = (k1 + W1) >>> 0
  }
  return [c0, c1, c2, c3]
}

const LOW = 0x1_0000_0000

/**
 * The stream of a trial. `seed` and `number` are integers in [0, 2^53); `stream` in [0, 2^32) keeps purposes apart, so
 * that one more draw for one purpose does not move another.
 */
export function rngOf(seed: number, number: number, stream = 0): Rng {
  const key = [seed % LOW, Math.floor(seed / LOW)] as const
  const numberLow = number % LOW
  // 21 bits are left of the number; the block's upper bits stay free, no stream draws 2^32 blocks.
  const numberHigh = Math.floor(number / LOW)
  let block = 0
  let words: readonly number[] = []
  let at = 4
  const uint32 = () => {
    if (at === 4) {
      words = philox([block++, stream, numberLow, numberHigh], key)
      at = 0
    }
    return words[at++]!
  }
  return {
    uint32,
    uniform: () => {
      const upper = uint32() >>> 6 // 26 bits
      const lower = uint32() >>> 6
      return (upper * 0x400_0000 + lower + 0.5) / 0x10_0000_0000_0000
    },
    below: (n) => {
      // Words at or above the largest multiple of n are drawn again: no remainder is favoured.
      const end = LOW - (LOW % n)
      for (;;) {
        const word = uint32()
        if (word < end) return word % n
      }
    },
  }
}

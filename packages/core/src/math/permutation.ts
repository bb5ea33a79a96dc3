import { philox } from './rng.ts'

/** A bijection of [0, size) onto itself. */
export interface Permutation {
  readonly size: number
  readonly at: (position: number) => number
  readonly positionOf: (value: number) => number
}

const ROUNDS = 8 // four suffice for a pseudo-random permutation (Luby & Rackoff 1988); more help where halves are tiny
const LOW = 0x1_0000_0000

/**
 * A seeded order of [0, size), evaluated at any place in O(1) time and memory: a balanced Feistel network over the next
 * even power of two, walked until it lands inside (Black & Rogaway 2002, "Ciphers with arbitrary finite domains", §4.2:
 * fewer than four steps on average). `size` is an integer in [1, 2^52] (halves of
 * 26 bits, so that every intermediate value is exact), `seed` in [0, 2^53).
 */
export function permutation(size: number, seed: number): Permutation {
  let bits = 1
  while (4 ** bits < size) bits++
  const half = 2 ** bits
  const key = [seed % LOW, Math.floor(seed / LOW)] as const
  // The round's number and a tag keep these draws apart from every stream of trials, which have small streams.
  const round = (index: number, word: number) => philox([word, 0xfe157e10 + index, bits, 0], key)[0] % half

  const forward = (value: number) => {
    let left = Math.floor(value / half)
    let right = value % half
    for (let index = 0; index < ROUNDS; index++) {
      const mixed = (left ^ round(index, right)) >>> 0
      left = right
      right = mixed
    }
    return left * half + right
  }
  const backward = (value: number) => {
    let left = Math.floor(value / half)
    let right = value % half
    for (let index = ROUNDS - 1; index >= 0; index--) {
      const mixed = (right ^ round(index, left)) >>> 0
      right = left
      left = mixed
    }
    return left * half + right
  }
  const walk = (step: (value: number) => number) => (start: number) => {
    let value = step(start)
    while (value >= size) value = step(value)
    return value
  }
  return size === 1
    ? { size, at: () => 0, positionOf: () => 0 }
    : { size, at: walk(forward), positionOf: walk(backward) }
}

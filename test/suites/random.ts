/** Numbers in [0, 1) with all 53 bits in use, the same for the same seed: the worst that a metric can do to a codec. */
export function seededRandom(seed: number): () => number {
  // splitmix64: Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators".
  let state = BigInt(seed)
  const wrap = (value: bigint) => BigInt.asUintN(64, value)
  return () => {
    state = wrap(state + 0x9e3779b97f4a7c15n)
    let z = state
    z = wrap((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n)
    z = wrap((z ^ (z >> 27n)) * 0x94d049bb133111ebn)
    return Number((z ^ (z >> 31n)) >> 11n) / 2 ** 53
  }
}

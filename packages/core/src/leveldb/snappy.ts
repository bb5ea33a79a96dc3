import { Damage, varint } from './bytes.ts'

/** Decompresses a raw Snappy block (google/snappy, `format_description.txt`). */
export function unsnappy(bytes: Uint8Array): Uint8Array {
  const { value: length, next } = varint(bytes, 0)
  if (length > 2 ** 28) throw new Damage('a block claims an impossible length')
  const out = new Uint8Array(length)
  let at = next
  let to = 0
  const take = (count: number): number => {
    let value = 0
    for (let i = 0; i < count; i++) value += (bytes[at++] ?? Number.NaN) * 2 ** (8 * i)
    return value
  }
  while (at < bytes.length) {
    const tag = bytes[at++]!
    const kind = tag & 3
    if (kind === 0) {
      const short = tag >>> 2
      const size = 1 + (short < 60 ? short : take(short - 59))
      if (!(at + size <= bytes.length && to + size <= length)) throw new Damage('a literal is too long')
      out.set(bytes.subarray(at, at + size), to)
      at += size
      to += size
      continue
    }
    const size = kind === 1 ? 4 + ((tag >>> 2) & 7) : 1 + (tag >>> 2)
    const offset = kind === 1 ? (tag >>> 5) * 256 + take(1) : take(kind === 2 ? 2 : 4)
    if (!(offset > 0 && offset <= to && to + size <= length)) throw new Damage('a copy is out of bounds')
    // Byte by byte: source and target may overlap.
    for (let i = 0; i < size; i++, to++) out[to] = out[to - offset]!
  }
  if (to !== length) throw new Damage('a block is too short')
  return out
}

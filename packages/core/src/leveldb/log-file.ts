import { Damage, uint32 } from './bytes.ts'
import { crc32c, masked } from './crc32c.ts'

/** google/leveldb, `doc/log_format.md`. */
const BLOCK = 32_768
/** Checksum, length and type of a record. */
const HEADER = 7
/** The type of a part that ends a record. */
const ENDS: ReadonlySet<number> = new Set([1, 4])

/**
 * The parts of the records of a log or a manifest. Throws {@link Damage} at one with a wrong checksum. One that a crash has cut off at
 * the end is left out.
 */
export function* logParts(
  file: Uint8Array,
): Generator<{ readonly data: Uint8Array; readonly ends: boolean }> {
  for (let at = 0; at + HEADER <= file.length; ) {
    const rest = BLOCK - (at % BLOCK)
    const size = file[at + 4]! + file[at + 5]! * 256
    const type = file[at + 6]!
    if (rest < HEADER || (size === 0 && type === 0)) {
      at += rest
      continue
    }
    const end = at + HEADER + size
    if (size > rest - HEADER) throw new Damage(`the record at byte ${at} claims an impossible length`)
    if (end > file.length) return
    if (masked(crc32c(file.subarray(at + HEADER - 1, end))) !== uint32(file, at))
      throw new Damage(`the record at byte ${at} has a wrong checksum`)
    yield { data: file.subarray(at + HEADER, end), ends: ENDS.has(type) }
    at = end
  }
}

import { Damage, uint32 } from './bytes.ts'
import { crc32c, masked } from './crc32c.ts'

/** google/leveldb, `doc/log_format.md`. */
const BLOCK = 32_768
/** Checksum, length and type of a record. */
const HEADER = 7

/** Throws {@link Damage} unless every record of a log or a manifest has its checksum. One that a crash has cut off at the end is whole. */
export function checkLog(file: Uint8Array): void {
  for (let at = 0; at + HEADER <= file.length; ) {
    const rest = BLOCK - (at % BLOCK)
    if (rest < HEADER) {
      at += rest
      continue
    }
    const size = file[at + 4]! + file[at + 5]! * 256
    const end = at + HEADER + size
    const isEmpty = size === 0 && file[at + 6] === 0
    if (isEmpty) {
      at += rest
      continue
    }
    if (size > rest - HEADER) throw new Damage(`the record at byte ${at} claims an impossible length`)
    if (end > file.length) return
    if (masked(crc32c(file.subarray(at + 6, end))) !== uint32(file, at))
      throw new Damage(`the record at byte ${at} has a wrong checksum`)
    at = end
  }
}

import { Damage, uint32, varint } from './bytes.ts'
import { crc32c, masked } from './crc32c.ts'
import { unsnappy } from './snappy.ts'

/** Of the end of a table (google/leveldb, `doc/table_format.md`). */
const FOOTER = 48
const MAGIC = [0x8b80fb57, 0xdb477524] as const
/** After each block: its compression and its checksum. */
const TRAILER = 5
const COMPRESSION = { none: 0, snappy: 1 } as const

interface Handle {
  readonly offset: number
  readonly size: number
}

/** Throws {@link Damage} unless every block of a table has its checksum. */
export function checkTable(file: Uint8Array): void {
  if (file.length < FOOTER) throw new Damage('it is too short for a table')
  const footer = file.subarray(-FOOTER)
  if (uint32(footer, FOOTER - 8) !== MAGIC[0] || uint32(footer, FOOTER - 4) !== MAGIC[1])
    throw new Damage('it does not end as a table')
  const meta = readHandle(footer, 0)
  const index = readHandle(footer, meta.next)
  for (const directory of [meta, index])
    for (const block of handlesIn(readBlock(file, directory))) checkBlock(file, block)
}

function readHandle(bytes: Uint8Array, at: number): Handle & { readonly next: number } {
  const offset = varint(bytes, at)
  const size = varint(bytes, offset.next)
  return { offset: offset.value, size: size.value, next: size.next }
}

function checkBlock(file: Uint8Array, { offset, size }: Handle): void {
  const end = offset + size
  if (end + TRAILER > file.length) throw new Damage(`the block at byte ${offset} is cut off`)
  // The checksum covers the byte of the compression.
  if (masked(crc32c(file.subarray(offset, end + 1))) !== uint32(file, end + 1))
    throw new Damage(`the block at byte ${offset} has a wrong checksum`)
}

function readBlock(file: Uint8Array, handle: Handle): Uint8Array {
  checkBlock(file, handle)
  const end = handle.offset + handle.size
  const content = file.subarray(handle.offset, end)
  if (file[end] === COMPRESSION.none) return content
  if (file[end] === COMPRESSION.snappy) return unsnappy(content)
  throw new Damage(`the block at byte ${handle.offset} has an unknown compression`)
}

/** The values of a block of handles. Keys are not read. */
function* handlesIn(block: Uint8Array): Generator<Handle> {
  const restarts = uint32(block, block.length - 4)
  const end = block.length - 4 - 4 * restarts
  for (let at = 0; at < end; ) {
    const shared = varint(block, at)
    const unshared = varint(block, shared.next)
    const length = varint(block, unshared.next)
    const value = length.next + unshared.value
    yield readHandle(block, value)
    at = value + length.value
  }
}

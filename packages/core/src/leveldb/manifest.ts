import { Damage, varint } from './bytes.ts'
import { logParts } from './log-file.ts'

/** What follows the tag of a field: numbers (`n`) and texts with their length (`t`). google/leveldb, `db/version_edit.cc`. */
const FIELDS: Readonly<Record<number, string>> = {
  1: 't', // name of the comparator
  2: 'n', // number of the log
  3: 'n', // next file
  4: 'n', // last sequence
  5: 'nt', // compaction pointer
  6: 'nn', // deleted table
  7: 'nnntt', // new table
  9: 'n', // number of the previous log
}
const LOG_NUMBER = 2

/** The name of the log that a manifest continues with; undefined before the first one. LevelDB does not miss it. */
export function logOfManifest(file: Uint8Array): string | undefined {
  let number = 0
  let record = new Uint8Array()
  for (const { data, ends } of logParts(file)) {
    record = concat(record, data)
    if (!ends) continue
    number = logNumberIn(record) ?? number
    record = new Uint8Array()
  }
  return number === 0 ? undefined : `${String(number).padStart(6, '0')}.log`
}

function logNumberIn(record: Uint8Array): number | undefined {
  let found: number | undefined
  for (let at = 0; at < record.length; ) {
    const tag = varint(record, at)
    at = tag.next
    const fields = FIELDS[tag.value]
    if (fields === undefined) throw new Damage(`the manifest has an unknown field ${tag.value}`)
    for (const field of fields) {
      const { value, next } = varint(record, at)
      at = field === 't' ? next + value : next
      if (tag.value === LOG_NUMBER) found = value
    }
  }
  return found
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

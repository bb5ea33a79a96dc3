import { deflateRawSync } from 'node:zlib'
import type { PackRecord, RungRecord, SearchStore } from '../search.ts'
import {
  type Attributes,
  bytesOf,
  floatsOf,
  inflate,
  itemBytes,
  numberOf,
  packFloats,
  textOf,
} from './attributes.ts'
import { EXISTS, IS_NEW } from './expression.ts'
import type { DynamoIo } from './io.ts'
import {
  packKey,
  packRange,
  parsePackSk,
  parseRungSk,
  pointKey,
  RUNG_BLOCK,
  rungBlockKey,
  rungBlockOf,
  rungRange,
  shareUpTo,
} from './item-keys.ts'

export const readPack = (item: Attributes): PackRecord => ({
  block: parsePackSk(textOf(item, 'sk')),
  form: textOf(item, 'form'),
  bytes: inflate(bytesOf(item, 'bytes')),
})

export const dynamoSearch = (io: DynamoIo): SearchStore => ({
  async putPack(key, { block, form, bytes }) {
    await io.put('putPack', packKey(key, block), { form, bytes: deflateRawSync(bytes) })
  },

  async listPacks(key, from) {
    const items = await io.query('listPacks', packRange(key, from), { eventual: true })
    return items.map(readPack)
  },

  async claimPoint(key, cell, number, over) {
    const at = pointKey(key, cell)
    const condition = over === undefined ? IS_NEW : { that: '#holder = :over', values: { over } }
    if (await io.put('claimPoint', at, { holder: number }, condition)) return number
    const item = await io.get('claimPoint', at)
    // Points are deleted only with their sweep.
    return item === undefined ? number : numberOf(item, 'holder')
  },

  async putRung(key, rung, { number, loss, best, mean, error }) {
    const course = mean === undefined || error === undefined ? [] : [mean, error]
    const at = rungBlockKey(key, rung, rungBlockOf(number))
    await io.update('putRung', at, { set: { [slotOf(number)]: packFloats(loss, best, ...course) } })
  },

  async removeRungs(key, number, rungs) {
    for (const rung of rungs) {
      const at = rungBlockKey(key, rung, rungBlockOf(number))
      await io.update('removeRungs', at, { set: { [slotOf(number)]: undefined } }, EXISTS)
    }
  },

  async listRung(key, rung, units) {
    const items: Attributes[] = []
    let left = units * EVENTUAL_BYTES
    for (let limit = Math.floor(left / RUNG_BLOCK_BYTES); limit > 0; ) {
      const last = items.at(-1)
      const range = rungRange(key, rung, last && textOf(last, 'sk'))
      const page = await io.query('listRung', range, { eventual: true, limit })
      items.push(...page)
      if (page.length < limit) return { values: rungValuesOf(items), weight: 1 }
      // At later rungs a block has few values: more blocks are read for the same price.
      const bytes = page.reduce((sum, item) => sum + itemBytes(item), 0)
      left -= Math.ceil(bytes / PRICED_BYTES) * PRICED_BYTES
      limit = Math.floor((SPREAD * left * page.length) / bytes)
    }
    const last = parseRungSk(textOf(items.at(-1)!, 'sk'))
    return { values: rungValuesOf(items), weight: 'block' in last ? 1 / shareUpTo(last.block) : 1 }
  },
})

/** Bytes that an eventually consistent read unit pays for, and in what steps they are counted. */
const EVENTUAL_BYTES = 8_192
const PRICED_BYTES = 4_096
/** Blocks differ in size: so much of the rest is used, that more blocks of the average size rarely exceed it. */
const SPREAD = 0.9
/** A full block of values with means, under keys of usual length. */
const RUNG_BLOCK_BYTES = 780

/** The attribute of a trial's value in the item of its block. */
const slotOf = (number: number): string => SLOTS[(number - 1) % RUNG_BLOCK]!
const SLOTS = Array.from({ length: RUNG_BLOCK }, (_, i) => String.fromCharCode(97 + i))

/** The attributes of a block that are values. */
export const rungSlots = (item: Attributes): Attributes =>
  Object.fromEntries(SLOTS.flatMap((slot) => (item[slot] === undefined ? [] : [[slot, item[slot]]])))

/** The values of a block, or the single value that an earlier version stored. */
export function readRung(item: Attributes): readonly RungRecord[] {
  const at = parseRungSk(textOf(item, 'sk'))
  if ('number' in at) return [rungValue(at.number, floatsOf(item, 'at'))]
  return SLOTS.flatMap((slot, i) =>
    item[slot] === undefined ? [] : [rungValue(at.block * RUNG_BLOCK + i + 1, floatsOf(item, slot))],
  )
}
const rungValue = (number: number, [loss, best, mean, error]: readonly number[]): RungRecord => {
  if (loss === undefined || best === undefined) throw new Error('a rung value lacks its loss or best loss')
  return { number, loss, best, ...(mean !== undefined && error !== undefined && { mean, error }) }
}

/** Each trial once: what a block has is newer than a single value. */
function rungValuesOf(items: readonly Attributes[]): readonly RungRecord[] {
  const values = new Map<number, RungRecord>()
  for (const value of items.flatMap(readRung)) if (!values.has(value.number)) values.set(value.number, value)
  return [...values.values()]
}

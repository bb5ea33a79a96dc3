import { deflateRawSync } from 'node:zlib'
import type { PackRecord, Store } from '../store.ts'
import { type Attributes, bytesOf, inflate, numberOf, textOf } from './attributes.ts'
import { IS_NEW } from './expression.ts'
import type { DynamoIo } from './io.ts'
import { packKey, packRange, parsePackSk, pointKey } from './item-keys.ts'

type SearchItems = Pick<Store, 'putPack' | 'listPacks' | 'claimPoint'>

export const readPack = (item: Attributes): PackRecord => ({
  block: parsePackSk(textOf(item, 'sk')),
  form: textOf(item, 'form'),
  bytes: inflate(bytesOf(item, 'bytes')),
})

export const dynamoSearch = (io: DynamoIo): SearchItems => ({
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
    // Nothing takes points away but the end of their sweep.
    return item === undefined ? number : numberOf(item, 'holder')
  },
})

import { deflateRawSync } from 'node:zlib'
import type { PackRecord, SearchStore } from '../search.ts'
import { type Attributes, bytesOf, floatsOf, inflate, numberOf, packFloats, textOf } from './attributes.ts'
import { IS_NEW } from './expression.ts'
import type { DynamoIo } from './io.ts'
import { packKey, packRange, parsePackSk, parseRungSk, pointKey, rungKey, rungRange } from './item-keys.ts'

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
    await io.put('putRung', rungKey(key, rung, number), { at: packFloats(loss, best, ...course) })
  },

  async listRung(key, rung) {
    const items = await io.query('listRung', rungRange(key, rung), { eventual: true })
    return items.map((item) => {
      const [loss = Number.NaN, best = Number.NaN, mean, error] = floatsOf(item, 'at')
      const { number } = parseRungSk(textOf(item, 'sk'))
      return { number, loss, best, ...(mean !== undefined && error !== undefined && { mean, error }) }
    })
  },
})

import { AMENDED_BLOCK, type SweepStore } from '../sweeps.ts'
import { numberOf } from './attributes.ts'
import { EXISTS } from './expression.ts'
import type { DynamoIo } from './io.ts'
import { amendedKey, headKey } from './item-keys.ts'
import { readHead } from './records.ts'

/** Counts by block of trial numbers, in the attributes b0, b1, … of one item. */
const COUNT = /^b(\d+)$/

export const dynamoAmendments = (io: DynamoIo): Pick<SweepStore, 'markAmended' | 'listAmended'> => ({
  async markAmended(key, numbers, now) {
    const add: Record<string, number> = {}
    for (const number of numbers) {
      const name = `b${Math.floor((number - 1) / AMENDED_BLOCK)}`
      add[name] = (add[name] ?? 0) + 1
    }
    // The counts first: a reader of the new head reads them.
    await io.update('markAmended', amendedKey(key), { add })
    const change = { add: { amended: 1 }, set: { updated: now } }
    const item = await io.update('markAmended', headKey(key), change, EXISTS)
    // The sweep was deleted.
    if (!item) await io.removeAll('markAmended', [amendedKey(key)])
    return item && readHead(item)
  },

  async listAmended(key) {
    const counts = new Map<number, number>()
    const item = await io.get('listAmended', amendedKey(key))
    for (const name of Object.keys(item ?? {})) {
      const block = COUNT.exec(name)?.[1]
      if (item && block !== undefined) counts.set(Number(block), numberOf(item, name))
    }
    return counts
  },
})

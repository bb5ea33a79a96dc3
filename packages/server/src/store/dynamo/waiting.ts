import { randomBytes } from 'node:crypto'
import type { SweepKey } from '@chimney/core/schema/names'
import type { SweepStore } from '../sweeps.ts'
import { setOf, textOf } from './attributes.ts'
import { EXISTS } from './expression.ts'
import type { DynamoIo } from './io.ts'
import { headKey, WAITING_BLOCK, waitingKey, waitingRange } from './item-keys.ts'
import { openIndex } from './records.ts'

/** Numbers in the head, which every hand-out and every end pays for; a block of the others has {@link WAITING_BLOCK}. */
const MAX_WAITING = 50

type WaitingStore = Pick<
  SweepStore,
  'addWaiting' | 'removeWaiting' | 'listMoreWaiting' | 'removeMoreWaiting' | 'endMoreWaiting'
>

export const dynamoWaiting = (io: DynamoIo, maxWaiting = MAX_WAITING): WaitingStore => ({
  async addWaiting(key, numbers, now) {
    if (numbers.length === 0) return
    const set = { updated: now, ...openIndex(key) }
    const hasRoom = {
      that: 'attribute_exists(#pk) AND (attribute_not_exists(#waiting) OR size(#waiting) <= :room)',
      values: { room: maxWaiting - numbers.length },
    }
    if (numbers.length <= maxWaiting) {
      const change = { add: { waiting: new Set(numbers) }, set }
      if (await io.update('addWaiting', headKey(key), change, hasRoom)) return
    }
    // The numbers before their mark: a request that finds no numbers clears only the mark that it read before.
    const added = blocksOf(key, numbers)
    for (const { at, members } of added) await io.update('addWaiting', at, { add: { numbers: members } })
    const more = randomBytes(6).toString('base64url')
    if (await io.update('addWaiting', headKey(key), { set: { ...set, more } }, EXISTS)) return
    // The sweep was deleted.
    await io.removeAll(
      'addWaiting',
      added.map(({ at }) => at),
    )
  },

  async removeWaiting(key, numbers, ifUpdatedAt) {
    if (numbers.length === 0) return true
    const condition =
      ifUpdatedAt === undefined ? EXISTS : { that: '#updated = :seen', values: { seen: ifUpdatedAt } }
    const change = { drop: { waiting: new Set(numbers) } }
    return (await io.update('removeWaiting', headKey(key), change, condition)) !== undefined
  },

  async listMoreWaiting(key, which) {
    const range = waitingRange(key)
    if (which === 'all')
      return (await io.query('listMoreWaiting', range)).flatMap((item) => setOf(item, 'numbers'))
    for (;;) {
      const [item] = await io.query('listMoreWaiting', range, { limit: 1 })
      const numbers = item ? setOf(item, 'numbers') : []
      if (!item || numbers.length > 0) return numbers
      const at = { pk: textOf(item, 'pk'), sk: textOf(item, 'sk') }
      await io.remove('listMoreWaiting', at, { that: 'attribute_not_exists(#numbers)' })
    }
  },

  async removeMoreWaiting(key, numbers) {
    for (const { at, members } of blocksOf(key, numbers))
      await io.update('removeMoreWaiting', at, { drop: { numbers: members } }, EXISTS)
  },

  async endMoreWaiting(key, seen) {
    const unchanged = { that: '#more = :seen', values: { seen } }
    await io.update('endMoreWaiting', headKey(key), { set: { more: undefined } }, unchanged)
  },
})

function blocksOf(key: SweepKey, numbers: readonly number[]) {
  const blocks = new Map<number, Set<number>>()
  for (const number of numbers) {
    const block = Math.floor(number / WAITING_BLOCK)
    blocks.set(block, (blocks.get(block) ?? new Set()).add(number))
  }
  return [...blocks].map(([block, members]) => ({ at: waitingKey(key, block), members }))
}

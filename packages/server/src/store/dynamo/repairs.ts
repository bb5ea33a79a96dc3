import type { RepairedPage, RepairRecord, RepairStore } from '../repairs.ts'
import type { EndCounts } from '../sweeps.ts'
import { numberOf, packText, unpackText } from './attributes.ts'
import { follows, IS_NEW } from './expression.ts'
import type { DynamoIo } from './io.ts'
import { repairKey } from './item-keys.ts'
import { ENDS } from './records.ts'

/** Five counts, then the first and last number of each range of open trials. Deflated, a page of ended trials has a few bytes. */
type PackedPage = readonly number[]

const packPage = ({ ended, open }: RepairedPage): PackedPage => {
  const packed = ENDS.map((state) => ended[state])
  for (const [i, number] of open.entries())
    if (i > 0 && open[i - 1] === number - 1) packed[packed.length - 1] = number
    else packed.push(number, number)
  return packed
}

const unpackPage = (packed: PackedPage): RepairedPage => {
  const open: number[] = []
  for (let at = ENDS.length; at < packed.length; at += 2)
    for (let number = packed[at]!; number <= packed[at + 1]!; number++) open.push(number)
  return { ended: Object.fromEntries(ENDS.map((state, i) => [state, packed[i]])) as EndCounts, open }
}

export const dynamoRepairs = (io: DynamoIo): RepairStore => ({
  async getRepair(key) {
    const item = await io.get('getRepair', repairKey(key))
    if (!item) return undefined
    const { pages, ...rest } = JSON.parse(unpackText(item, 'doc')) as Omit<RepairRecord, 'pages' | 'rev'> & {
      readonly pages: readonly PackedPage[]
    }
    return { ...rest, pages: pages.map(unpackPage), rev: numberOf(item, 'rev') }
  },

  async putRepair(key, { rev, pages, ...rest }) {
    const doc = packText(JSON.stringify({ ...rest, pages: pages.map(packPage) }))
    return io.put('putRepair', repairKey(key), { rev, doc }, rev === 1 ? IS_NEW : follows(rev))
  },

  async removeRepair(key) {
    await io.removeAll('removeRepair', [repairKey(key)])
  },
})

import type { SweepKey } from '@chimney/core/schema/names'
import { expect, it } from 'vitest'
import { clientOf, memoryTable } from '../../../../../test/faults/simulation-table.ts'
import { backupItem, restorable } from '../codec/backup-item.ts'
import { packFloats } from './attributes.ts'
import { dynamoIo } from './io.ts'
import { RUNG_BLOCK, rungBlockKey, rungKey, rungRange, shareUpTo } from './item-keys.ts'
import { dynamoSearch } from './search.ts'

const key: SweepKey = { entity: 'acme', project: 'digits', sweep: 'abcd1234' }
const value = (number: number) => ({ number, loss: number / 3, best: number / 7, mean: 1 / number, error: 0 })

function search() {
  const { execute } = memoryTable()
  const io = dynamoIo({ client: clientOf(async (command) => execute(command)), table: 'memory' })
  return { io, ...dynamoSearch(io) }
}

it('reads rung values that earlier versions stored; a newer value of the same trial replaces them', async () => {
  const { io, putRung, listRung } = search()
  for (const number of [2, 5]) await io.put('test', rungKey(key, 9, number), { at: packFloats(8, 8) })
  await putRung(key, 9, value(5))
  const { values } = await listRung(key, 9, 4)
  expect(values).toEqual([value(5), { number: 2, loss: 8, best: 8 }])
})

it('has the first blocks of a rung spread evenly over all of them', () => {
  const blocks = Array.from({ length: 1_000 }, (_, block) => block)
  const first = blocks.toSorted((a, b) => shareUpTo(a) - shareUpTo(b)).slice(0, 25)
  const gaps = first.toSorted((a, b) => a - b).map((block, i, all) => block - (all[i - 1] ?? 0))
  expect(Math.max(...gaps)).toBeLessThan(2 * (1_000 / 25))
  expect(new Set(blocks.map((block) => rungBlockKey(key, 1, block).sk)).size).toBe(1_000)
})

it('restores the values of a rung from a backup, those of earlier versions included', async () => {
  const { io, putRung, listRung } = search()
  await putRung(key, 9, value(3))
  await putRung(key, 9, value(RUNG_BLOCK + 1))
  await io.put('test', rungKey(key, 9, 2), { at: packFloats(8, 7, 6, 5) })
  const other = search()
  for (const item of await io.query('test', rungRange(key, 9))) {
    const { key: at, values } = restorable(key, backupItem('sweep', key.sweep, item), 0)
    await other.io.put('test', at, values)
  }
  expect(await other.listRung(key, 9, 4)).toEqual(await listRung(key, 9, 4))
})

import type { RunRow } from '@chimney/core/schema/api/run-table'
import { expect, it } from 'vitest'
import { sortedRows } from '../model/table-column.ts'
import { runColumns } from './run-columns.ts'

const run = (id: string, config: object, summary: object) =>
  ({
    id,
    name: id,
    state: 'finished',
    sweep: null,
    config,
    summary,
    tags: [],
    created_at: id,
  }) as unknown as RunRow
const runs = [
  run('b', { opt: 'sgd', model: { size: 3 } }, { loss: 0.5, _step: 4 }),
  run('a', { opt: 'adam' }, { loss: 0.1 }),
  run('c', { opt: 'sgd' }, {}),
]
const columns = runColumns(runs)
const column = (key: string) => columns.find((each) => each.key === key)!

it('has a column for each config and summary value, nested ones by dotted path', () => {
  expect(columns.map(({ key }) => key)).toEqual(
    expect.arrayContaining(['summary:loss', 'config:opt', 'config:model.size']),
  )
  expect(columns.map(({ key }) => key)).not.toContain('summary:_step')
})

it('sorts numerically, with missing values last', () => {
  const rows = sortedRows(new Uint8Array(3).fill(1), column('summary:loss'), true)
  expect(rows.map((row) => runs[row]!.id)).toEqual(['b', 'a', 'c'])
})

it('sorts a column with values that are not finite by number', () => {
  const losses = [7.2, 'NaN', 23.53, 'Infinity', 5.9].map((loss, i) => run(`r${i}`, {}, { loss }))
  const loss = runColumns(losses).find(({ key }) => key === 'summary:loss')!
  const rows = sortedRows(new Uint8Array(5).fill(1), loss, true)
  expect(rows.map((row) => loss.text(row, 0))).toEqual(['∞', '23.53', '7.2', '5.9', 'NaN'])
  expect(loss.numeric).toBe(true)
})

it('groups by any config value; a number with many values by ranges', () => {
  expect(column('config:opt').groups).toBe(true)
  expect(column('summary:loss').groups).toBeUndefined()
  const many = Array.from({ length: 81 }, (_, i) => run(`r${i}`, { lr: i / 100, layers: i % 3 }, {}))
  const [lr, layers] = ['config:lr', 'config:layers'].map(
    (key) => runColumns(many).find((each) => each.key === key)!,
  )
  expect([0, 9, 10, 80].map((row) => lr!.groupOf!(row))).toEqual([
    '0 to 0.1',
    '0 to 0.1',
    '0.1 to 0.2',
    '0.7 to 0.8',
  ])
  expect([0, 1, 2, 3].map((row) => layers!.groupOf!(row))).toEqual(['0', '1', '2', '0'])
})

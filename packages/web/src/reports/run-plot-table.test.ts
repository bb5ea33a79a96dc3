import type { RunRow } from '@chimney/core/schema/api/run-table'
import { expect, it } from 'vitest'
import { runColumns } from '../pages/run-columns.ts'
import { runPlotTable } from './run-plot-table.ts'

const run = (i: number, config: object, summary: object): RunRow =>
  ({
    id: `r${i}`,
    name: `run ${i}`,
    state: 'finished',
    sweep: null,
    number: null,
    config,
    summary,
    tags: [],
    created_at: new Date(i).toISOString(),
  }) as unknown as RunRow

const runs = [
  run(3, { lr: 0.1, opt: 'adam' }, { loss: 0.5 }),
  run(2, { lr: 0.01, opt: 'sgd' }, { loss: 'NaN' }),
  run(1, { lr: 0.001 }, { loss: 0.3 }),
]
const set = { runs, columns: runColumns(runs), rows: [0, 1, 2] }

it('has the runs by age, with the columns of a panel', () => {
  const { table, columnOf } = runPlotTable(set, { names: ['lr', 'opt'], value: 'loss', log: ['lr'] })
  expect(table.trials.map(({ run }) => run)).toEqual(['r1', 'r2', 'r3'])
  expect(columnOf('lr')).toMatchObject({ kind: 'number', log: true, min: 0.001, max: 0.1 })
  expect(columnOf('opt')).toMatchObject({ kind: 'category', labels: ['sgd', 'adam'] })
  expect([...table.value.values]).toEqual([0.3, Number.NaN, 0.5])
  expect([...table.worstFirst]).toEqual([2, 0])
  expect([...runPlotTable(set, { names: [], value: 'loss', goal: 'maximize' }).table.worstFirst]).toEqual([
    0, 2,
  ])
})

it('takes log scales from the config of a sweep', () => {
  const sweep = {
    config: {
      parameters: { lr: { distribution: 'log_uniform_values', min: 0.001, max: 1 }, unused: { value: 1 } },
    },
    metric: { name: 'loss', goal: 'maximize' as const },
  }
  const { table, columnOf } = runPlotTable(set, { names: ['lr'], value: 'loss', sweep })
  expect(columnOf('lr').log).toBe(true)
  expect(table.goal).toBe('maximize')
  expect(table.params).toHaveLength(1)
})

it.each([
  [{ names: ['depth'], value: 'loss' }, 'No run has a column depth'],
  [{ names: [], value: 'opt' }, 'opt has no numbers'],
  [{ names: ['opt'], value: 'loss', log: ['opt'] }, 'opt has no log scale'],
])('explains %j', (panel, message) => {
  expect(() => runPlotTable(set, panel)).toThrow(message)
})

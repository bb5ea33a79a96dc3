import { expect, it } from 'vitest'
import { rankColumn } from './ranks.ts'
import { type TrialTable, worstFirstOf } from './trial-table.ts'

const tableOf = (values: readonly number[], goal: TrialTable['goal']) =>
  ({
    trials: values,
    value: { name: 'loss', values: Float64Array.from(values) },
    worstFirst: worstFirstOf(Float64Array.from(values), goal),
  }) as unknown as TrialTable

it('ranks from the worst at 0 to the best at 100; equal values share the mean of their ranks', () => {
  const values = [5, 1, Number.NaN, 3, 3]
  expect([...rankColumn(tableOf(values, 'minimize')).values]).toEqual([0, 100, Number.NaN, 50, 50])
  expect([...rankColumn(tableOf(values, 'maximize')).values]).toEqual([100, 0, Number.NaN, 50, 50])
  expect([...rankColumn(tableOf([7], 'minimize')).values]).toEqual([100])
})

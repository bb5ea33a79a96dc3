import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import { expect, it } from 'vitest'
import { cellText, columnOf, trialTable, variedParams } from './trial-table.ts'

const trial = (number: number, params: Record<string, unknown>, value?: number) =>
  ({ number, params, state: 'finished', ...(value !== undefined && { value }) }) as unknown as TrialBody
const sweep = (parameters: object, goal = 'maximize') =>
  ({ metric: { name: 'acc', goal }, config: { parameters } }) as unknown as SweepBody

it('has a column for each parameter, nested ones by dotted path', () => {
  const table = trialTable(sweep({}), [
    trial(1, { lr: 0.1, net: { depth: 2 } }),
    trial(2, { lr: 0.2, net: { depth: 3 } }),
  ])
  expect(table.params.map(({ name }) => name)).toEqual(['lr', 'net.depth'])
  expect([...columnOf(table, 'param:net.depth')!.values]).toEqual([2, 3])
})

it('lists the categories in the order of the config, including unused ones', () => {
  const table = trialTable(sweep({ opt: { values: ['sgd', 'adam', 'lion'] } }), [
    trial(1, { opt: 'lion' }),
    trial(2, { opt: 'sgd' }),
  ])
  const [opt] = table.params
  expect(opt).toMatchObject({ kind: 'category', labels: ['sgd', 'adam', 'lion'], max: 2 })
  expect([...opt!.values]).toEqual([2, 0])
  expect(cellText(opt!, 2)).toBe('lion')
})

it('uses a log scale for log distributions and geometric grids with positive values', () => {
  const params = {
    lr: { distribution: 'log_uniform_values' },
    batch: { values: [16, 32, 64] },
    depth: { values: [1, 2, 3] },
  }
  const at = (lr: number) => trialTable(sweep(params), [trial(1, { lr, batch: 16, depth: 1 })])
  expect(at(0.1).params.map(({ log }) => log)).toEqual([true, true, false])
  expect(at(-1).params[0]!.log).toBe(false)
})

it('has no axis for a constant parameter', () => {
  const table = trialTable(sweep({ seed: { value: 1 } }), [
    trial(1, { seed: 1, lr: 1 }),
    trial(2, { seed: 1, lr: 2 }),
  ])
  expect(variedParams(table).map(({ name }) => name)).toEqual(['lr'])
})

it('orders rows by the goal, and limits the influence of outliers on the quality', () => {
  const values = [...Array.from({ length: 39 }, (_, i) => i), 1e9]
  const trials = values.map((value, i) => trial(i + 1, {}, value))
  const { worstFirst, quality } = trialTable(sweep({}, 'minimize'), [...trials, trial(41, {})])
  expect([worstFirst[0], worstFirst.at(-1), worstFirst.length]).toEqual([39, 0, 40])
  expect([quality[0], quality[39], quality[40]]).toEqual([1, 0, Number.NaN])
  expect(quality[10]).toBeGreaterThan(0.6)
})

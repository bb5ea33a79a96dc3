import { expect, it } from 'vitest'
import { parsePanel } from './panel-block.ts'

it('reads panels', () => {
  expect(
    parsePanel('type: curves\nmetric: val/loss\nruns: lr < 0.01 and optimizer = adam\nlimit: 5'),
  ).toEqual({
    type: 'curves',
    metric: 'val/loss',
    runs: 'lr < 0.01 and optimizer = adam',
    limit: 5,
    log: false,
  })
  expect(parsePanel('type: runs\ncolumns: [run, lr]\nsort: val/loss')).toMatchObject({
    columns: ['run', 'lr'],
    sort: 'val/loss',
    limit: 10,
  })
  expect(parsePanel('type: importance\nsweep: 12345678')).toEqual({ type: 'importance', sweep: '12345678' })
})

it.each([
  ['curves', 'A panel is a list of fields'],
  ['type: pie', 'type is "pie"; write curves, runs or importance'],
  ['metric: x', 'type is missing'],
  ['type: curves', 'metric is missing'],
  ['type: curves\nmetric: x\nwhere: a', 'has no field where'],
  ['type: runs\nlimit: 1000', 'write a number from 1 to 100'],
  ['type: runs\ncolumns: lr', 'columns is a list'],
  ['type: runs\nruns: [a]', 'write a text'],
])('explains %j', (text, message) => {
  expect(() => parsePanel(text)).toThrow(message)
})

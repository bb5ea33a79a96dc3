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
  expect(
    parsePanel('type: scatter\nx: lr\ny: val/loss\ncolor: optimizer\nlog: [lr]\nsweep: 12345678'),
  ).toEqual({
    type: 'scatter',
    x: 'lr',
    y: 'val/loss',
    color: 'optimizer',
    log: ['lr'],
    runs: '',
    sweep: '12345678',
  })
  expect(parsePanel('type: history\nsweep: abc')).toMatchObject({ type: 'history', sweep: 'abc', log: false })
  expect(parsePanel('type: importance\nsweep: 12345678')).toEqual({ type: 'importance', sweep: '12345678' })
})

it.each([
  ['curves', 'A panel is a list of fields'],
  ['type: pie', 'type is "pie"; write curves, runs, scatter, parallel, history or importance'],
  ['metric: x', 'type is missing'],
  ['type: curves', 'metric is missing'],
  ['type: curves\nmetric: x\nwhere: a', 'has no field where'],
  ['type: runs\nlimit: 1000', 'write a number from 1 to 100'],
  ['type: runs\ncolumns: lr', 'columns is a list'],
  ['type: scatter\nx: lr', 'y is missing'],
  ['type: parallel\ncolumns: [lr]', 'columns is missing: at least two'],
  ['type: history', 'metric is missing'],
  ['type: history\nmetric: x\ngoal: up', 'goal is "up"; write minimize or maximize'],
  ['type: curves\nmetric: x\nlog: [x]', 'write true or false'],
  ['type: runs\nruns: [a]', 'write a text'],
])('explains %j', (text, message) => {
  expect(() => parsePanel(text)).toThrow(message)
})

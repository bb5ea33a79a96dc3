import { describe, expect, it } from 'vitest'
import { narrowChanges } from './narrow.ts'
import { trialTable } from './trial-table.ts'

const PARAMETERS = {
  lr: { distribution: 'log_uniform_values', min: 0.0001, max: 0.1 },
  layers: { distribution: 'int_uniform', min: 1, max: 9 },
  opt: { values: ['adam', 'sgd', 'lion'] },
  size: { values: [16, 32, 64], probabilities: [0.5, 0.25, 0.25] },
  net: { parameters: { width: { distribution: 'normal', mu: 100, sigma: 30 } } },
  drop: { distribution: 'log_uniform', min: -9, max: 0 },
}
const params = (i: number) => ({
  lr: [0.0003, 0.0123456, 0.05, 0.08][i]!,
  layers: [1, 4, 5, 9][i]!,
  opt: ['adam', 'lion', 'lion', 'sgd'][i]!,
  size: [16, 32, 64, 64][i]!,
  net: { width: [50, 100, 120.5, 140][i]! },
  drop: [0.001, 0.01, 0.2, 0.9][i]!,
})
const table = trialTable(
  {
    config: { parameters: PARAMETERS },
    metric: { name: 'loss', goal: 'minimize' },
  } as unknown as Parameters<typeof trialTable>[0],
  [0, 1, 2, 3].map((i) => ({
    number: i + 1,
    state: 'finished',
    value: i,
    params: params(i),
  })) as unknown as Parameters<typeof trialTable>[1],
)
const MIDDLE = Uint8Array.of(0, 1, 1, 0)
const narrow = (ranges: readonly (readonly [string, readonly [number, number]])[], names: string[] = []) =>
  narrowChanges(table, PARAMETERS, MIDDLE, new Map(ranges), new Set(names))

describe('narrowChanges', () => {
  it('gives a brushed range its ends, three digits outwards, and never leaves the range of the config', () => {
    expect(narrow([['param:lr', [0.0123456, 0.5]]])).toEqual([
      { op: 'add', path: '/parameters/lr/min', value: 0.0123 },
    ])
    expect(narrow([['param:layers', [3.4, 7.9]]])).toEqual([
      { op: 'add', path: '/parameters/layers/min', value: 4 },
      { op: 'add', path: '/parameters/layers/max', value: 7 },
    ])
  })

  it('keeps the listed values that pass, with probabilities that sum to 1', () => {
    expect(narrow([], ['opt', 'size'])).toEqual([
      { op: 'add', path: '/parameters/opt/values', value: ['lion'] },
      { op: 'add', path: '/parameters/size/values', value: [32, 64] },
      { op: 'add', path: '/parameters/size/probabilities', value: [0.5, 0.5] },
    ])
    expect(narrow([['param:opt', [0, 1]]])).toEqual([
      { op: 'add', path: '/parameters/opt/values', value: ['adam', 'sgd'] },
    ])
  })

  it('replaces a distribution without ends, or with logarithms as ends', () => {
    expect(narrow([], ['net.width', 'drop'])).toEqual([
      {
        op: 'add',
        path: '/parameters/net/parameters/width',
        value: { distribution: 'uniform', min: 100, max: 121 },
      },
      {
        op: 'add',
        path: '/parameters/drop',
        value: { distribution: 'log_uniform_values', min: 0.01, max: 0.2 },
      },
    ])
  })

  it('narrows every varied parameter when the filter is about something else', () => {
    expect(narrow([['value', [1, 2]]]).map(({ path }) => path)).toEqual([
      '/parameters/lr/min',
      '/parameters/lr/max',
      '/parameters/layers/min',
      '/parameters/layers/max',
      '/parameters/opt/values',
      '/parameters/size/values',
      '/parameters/size/probabilities',
      '/parameters/net/parameters/width',
      '/parameters/drop',
    ])
  })

  it('changes nothing when no trial passes, or all values do', () => {
    expect(narrowChanges(table, PARAMETERS, new Uint8Array(4), new Map(), new Set())).toEqual([])
    expect(narrow([['param:lr', [0, 1]]])).toEqual([])
    expect(narrow([['param:opt', [0, 2]]])).toEqual([])
  })
})

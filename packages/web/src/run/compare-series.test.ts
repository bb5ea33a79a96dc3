import type { RunBody } from '@chimney/core/schema/api/runs'
import { expect, it } from 'vitest'
import { ALL_RUNS, type ComparedRun, differingNames, seriesByMetric } from './compare-series.ts'
import { histories } from './histories.ts'

const compared = (id: string, config: RunBody['config'], losses: readonly number[]): ComparedRun => ({
  id,
  run: { name: `name of ${id}`, config } as RunBody,
  metrics: histories(
    losses.map((loss, _step) => ({ _step, _timestamp: _step, loss })),
    'step',
  ),
})
const runs = [
  compared('a', { lr: 0.1, net: { depth: 2 } }, [3, 1]),
  compared('b', { lr: 0.01, net: { depth: 2 } }, [5, 3]),
  compared('c', { lr: 0.1, net: { depth: 2 } }, [5, 5]),
]

it('has a series for each run, or for each value of a config key, in the order of the values', () => {
  const single = seriesByMetric(runs, undefined, ['red', 'blue']).get('loss')!
  expect(single.map(({ label, color }) => [label, color])).toEqual([
    ['name of a', 'red'],
    ['name of b', 'blue'],
    ['name of c', 'red'],
  ])
  const grouped = seriesByMetric(runs, { by: 'lr', band: 'min–max' }, ['red', 'blue']).get('loss')!
  expect(grouped.map(({ label, ys, lows, highs }) => ({ label, ys, lows, highs }))).toEqual([
    { label: '0.01 (1)', ys: [5, 3], lows: [5, 3], highs: [5, 3] },
    { label: '0.1 (2)', ys: [4, 3], lows: [3, 1], highs: [5, 5] },
  ])
  const [all] = seriesByMetric(runs, { by: ALL_RUNS, band: '± std' }, ['red']).get('loss')!
  expect(all!.ys).toEqual([13 / 3, 3])
})

it('offers the config values that differ', () => {
  expect(differingNames(runs.map(({ run }) => run!))).toEqual(['lr'])
})

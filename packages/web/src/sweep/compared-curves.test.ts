import type { TrialBody } from '@chimney/core/schema/api/trials'
import { expect, it } from 'vitest'
import { metricGroups } from './compared-curves.ts'
import type { ComparedSweep } from './use-compared-sweeps.ts'

const sweep = (id: string, metric: string, values: readonly number[]): ComparedSweep => ({
  sweep: { id, name: null, metric: { name: metric, goal: 'minimize' } } as ComparedSweep['sweep'],
  trials: values.map(
    (value, i) =>
      ({
        number: i + 1,
        state: 'finished',
        value,
        created_at: new Date(i * 1000).toISOString(),
        updated_at: new Date((i + 1) * 1000).toISOString(),
      }) as TrialBody,
  ),
})

it('compares the sweeps with the same metric, on one axis', () => {
  const groups = metricGroups(
    [sweep('a', 'loss', [3, 1, 2]), sweep('b', 'acc', [1]), sweep('c', 'loss', [9])],
    'trials',
  )
  expect(groups.map(({ key, best }) => [key, best.map(({ id, ys }) => [id, ys])])).toEqual([
    [
      'minimize loss',
      [
        ['a', [3, 1, 1]],
        ['c', [9]],
      ],
    ],
    ['minimize acc', [['b', [1]]]],
  ])
  expect(groups[0]!.distributions.map(({ label, xs }) => [label, xs])).toEqual([
    ['a (3)', [1, 1, 2, 3]],
    ['c (1)', [9, 9]],
  ])
})

import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { draftYaml, parseChanges } from './sweep-draft.ts'

const CONFIG = {
  name: 'first',
  method: 'bayes',
  metric: { name: 'loss', goal: 'minimize' },
  parameters: {
    lr: { distribution: 'log_uniform_values', min: 0.0001, max: 0.1 },
    opt: { parameters: { name: { values: ['adam', 'sgd'] } } },
    id: { value: '12345678901234567890' },
  },
  early_terminate: { type: 'hyperband', min_iter: 3 },
  seed: 7,
}

it('is the config with the changes, informed by the results of the sweep', () => {
  const yaml = draftYaml(CONFIG, 'abc', [
    { op: 'add', path: '/parameters/lr/max', value: 1 },
    { op: 'add', path: '/parameters/opt/parameters/name/values', value: ['adam'] },
  ])
  expect(yaml).toBe(`name: first (copy)
method: bayes
metric: { name: loss, goal: minimize }
parameters:
  lr: { distribution: log_uniform_values, min: 0.0001, max: 1 }
  opt:
    parameters:
      name: { values: [ adam ] }
  id: { value: 12345678901234567890 }
early_terminate: { type: hyperband, min_iter: 3 }
warm_start: { sweeps: [ abc ] }
`)
})

it('leaves earlier results out when the metric changes, or nothing does', () => {
  const { metric, warm_start, early_terminate } = parse(
    draftYaml(CONFIG, 'abc', [
      { op: 'add', path: '/metric/goal', value: 'maximize' },
      { op: 'remove', path: '/early_terminate' },
    ]),
  )
  expect({ metric, warm_start, early_terminate }).toEqual({
    metric: { name: 'loss', goal: 'maximize' },
    warm_start: undefined,
    early_terminate: undefined,
  })
  expect(parse(draftYaml(CONFIG, 'abc', []))).not.toHaveProperty('warm_start')
})

it('changes one of several metrics', () => {
  const config = { ...CONFIG, metric: undefined, metrics: [{ name: 'a' }, { name: 'acc', goal: 'minimize' }] }
  const { metrics } = parse(
    draftYaml(config, 'abc', [{ op: 'add', path: '/metrics/1/goal', value: 'maximize' }]),
  )
  expect(metrics).toEqual([{ name: 'a' }, { name: 'acc', goal: 'maximize' }])
})

it('reads changes from an address, and nothing from an edited one', () => {
  const changes = [{ op: 'add', path: '/run_cap', value: 3 }]
  expect(parseChanges(JSON.stringify(changes))).toEqual(changes)
  for (const text of [null, '', '{', '{}', '[1, {"op": "move", "path": "/a"}, {"op": "add", "path": "/a"}]'])
    expect(parseChanges(text)).toEqual([])
})

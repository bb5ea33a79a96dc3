import { sweepJsonSchema } from '@chimney/core/schema/sweep-json-schema'
import { expect, it } from 'vitest'
import { schemaHelp } from './schema-help.ts'

const help = schemaHelp(sweepJsonSchema())
const labels = (offers: readonly { readonly label: string }[]) => offers.map(({ label }) => label)

it('offers the keys of a config that are not written', () => {
  const keys = labels(help.keys([], { method: 'bayes' }))
  expect(keys).toEqual(expect.arrayContaining(['metric', 'parameters', 'early_terminate', 'run_cap']))
  expect(keys).not.toContain('method')
})

it('offers values, with what they mean', () => {
  expect(labels(help.values([], 'method'))).toEqual(expect.arrayContaining(['bayes', 'random', 'tpe']))
  expect(labels(help.values(['metric'], 'goal'))).toEqual(['minimize', 'maximize'])
  expect(labels(help.values(['metrics', '[]'], 'goal'))).toEqual(['minimize', 'maximize'])
  const distributions = help.values(['parameters', 'lr'], 'distribution')
  expect(distributions.find(({ label }) => label === 'log_uniform_values')?.info).toContain(
    'uniform in the logarithm',
  )
  expect(labels(help.values(['early_terminate'], 'type'))).toEqual(
    expect.arrayContaining(['hyperband', 'asha']),
  )
})

it('offers only keys of the distribution that is written', () => {
  const keys = labels(help.keys(['parameters', 'lr'], { distribution: 'normal' }))
  expect(keys).toEqual(expect.arrayContaining(['mu', 'sigma']))
  expect(keys).not.toContain('min')
  expect(labels(help.keys(['parameters', 'net', 'parameters', 'x'], { values: [1] }))).not.toContain('max')
})

it('explains keys', () => {
  expect(help.about([], 'run_cap')).toContain('Maximum number of trials')
  expect(help.about(['early_terminate'], 'eta')).toContain('Default: 3.')
  expect(help.about([], 'nonsense')).toBe('')
})

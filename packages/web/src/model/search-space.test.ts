import { expect, it } from 'vitest'
import { spaceRows, specText } from './search-space.ts'

it('describes a parameter by its values or range', () => {
  expect(specText({ distribution: 'log_uniform_values', min: 1e-4, max: 0.1 })).toBe(
    'log_uniform_values 0.0001 to 0.1',
  )
  expect(specText({ distribution: 'int_uniform', min: 1, max: 9 })).toBe('1 to 9')
  expect(specText({ distribution: 'q_uniform', min: 0, max: 1, q: 0.1 })).toBe('q_uniform 0 to 1 step 0.1')
  expect(specText({ distribution: 'normal', mu: 0, sigma: 2 })).toBe('normal μ 0 σ 2')
  expect(specText({ values: ['adam', 'sgd'], probabilities: [0.9, 0.1] })).toBe(
    'adam, sgd with probabilities 0.9, 0.1',
  )
  expect(specText({ value: 3 })).toBe('= 3')
})

it('puts the parameters first whose space differs, nested ones by their path', () => {
  const space = (lr: number, more = {}) => ({
    parameters: { seed: { value: 1 }, opt: { parameters: { lr: { min: 0, max: lr } } }, ...more },
  })
  expect(spaceRows([space(1), space(2, { layers: { values: [1, 2] } })])).toEqual([
    { name: 'opt.lr', texts: ['0 to 1', '0 to 2'], differs: true },
    { name: 'layers', texts: [undefined, '1, 2'], differs: true },
    { name: 'seed', texts: ['= 1', '= 1'], differs: false },
  ])
})

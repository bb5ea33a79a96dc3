import { expect, it } from 'vitest'
import { existingFields, fieldsOf, paramsFrom } from './fields.ts'

const parameters = {
  lr: { distribution: 'log_uniform_values', min: 0.001, max: 0.1 },
  old: { distribution: 'log_uniform', min: -Math.LN10, max: 0 },
  fixed: { value: 3 },
  size: { values: [16, '32'] },
  optimizer: { parameters: { name: { values: ['adam', 'sgd'] }, beta: { min: 0, max: 1 } } },
}

it('has an input with a range for each non-constant parameter', () => {
  expect(fieldsOf(parameters)).toEqual([
    { name: 'lr', range: '0.001 to 0.1' },
    { name: 'old', range: '0.1 to 1' },
    { name: 'size', values: [16, '32'], range: '' },
    { name: 'optimizer.name', values: ['adam', 'sgd'], range: '' },
    { name: 'optimizer.beta', range: '0 to 1' },
  ])
})

it('parses inputs to nested values of the right type, and leaves out blank ones', () => {
  const texts = { lr: ' 1e-2 ', old: '', size: '32', 'optimizer.name': 'adam', 'optimizer.beta': '0.5' }
  expect(paramsFrom(fieldsOf(parameters), texts)).toEqual({
    lr: 0.01,
    size: '32',
    optimizer: { name: 'adam', beta: 0.5 },
  })
})

it('leaves out parameters that do not exist with the other inputs', () => {
  const fields = fieldsOf({
    m: { values: ['svm', 'rf'] },
    C: { min: 0, max: 1, when: { m: ['svm'] } },
    deep: {
      parameters: { on: { values: [1, 2] }, x: { min: 0, max: 1, when: { 'deep.on': [2] } } },
      when: { m: ['rf'] },
    },
  })
  const namesOf = (texts: Record<string, string>) => existingFields(fields, texts).map(({ name }) => name)
  expect(namesOf({ m: 'svm', 'deep.on': '2' })).toEqual(['m', 'C'])
  expect(namesOf({ m: 'rf', 'deep.on': '1' })).toEqual(['m', 'deep.on'])
  expect(namesOf({})).toEqual(['m', 'C', 'deep.on', 'deep.x'])
  // Inputs that a choice hides keep their text, but are not sent.
  expect(paramsFrom(fields, { m: 'rf', C: '0.5', 'deep.on': '2', 'deep.x': '0.25' })).toEqual({
    m: 'rf',
    deep: { on: 2, x: 0.25 },
  })
})

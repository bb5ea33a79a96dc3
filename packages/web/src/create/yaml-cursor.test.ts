import { expect, it } from 'vitest'
import { yamlCursorAt } from './yaml-cursor.ts'

// The position is at the bar.
it.each([
  ['|', [], undefined],
  ['met|', [], undefined],
  ['method: ba|', [], 'method'],
  ['method: bayes\n|', [], undefined],
  ['metric:\n  na|', ['metric'], undefined],
  ['metric:\n  name: loss\n  goal: m|', ['metric'], 'goal'],
  ['metric: {name: loss, go|', ['metric'], undefined],
  ['metric: {name: loss, goal: |}', ['metric'], 'goal'],
  ['parameters:\n  lr:\n    distribution: |', ['parameters', 'lr'], 'distribution'],
  ['parameters:\n  lr: {min: 1}\n  b|', ['parameters'], undefined],
  ['parameters:\n  lr: {distribution: lo|', ['parameters', 'lr'], 'distribution'],
  ['parameters:\n  lr:\n    min: 1\n\n# note\n|', [], undefined],
  ['metrics:\n  - name: a\n    goal: |', ['metrics', '[]'], 'goal'],
  ['metrics:\n- name: a\n  go|', ['metrics', '[]'], undefined],
  ['metrics: [{name: a, goal: |', ['metrics', '[]'], 'goal'],
  ['parameters:\n  bs: {values: [1, |', ['parameters', 'bs'], 'values'],
  [
    'early_terminate: {type: asha}\nparameters:\n  net:\n    parameters:\n      depth:\n        |',
    ['parameters', 'net', 'parameters', 'depth'],
    undefined,
  ],
  ['name: "a: b, {c"\nmethod: |', [], 'method'],
])('%j', (text, path, key) => {
  const position = text.indexOf('|')
  expect(yamlCursorAt(text.replace('|', ''), position)).toMatchObject({ path, key })
})

it('gives the start of the word', () => {
  expect(yamlCursorAt('metric: {name: loss, go', 23).from).toBe(21)
})

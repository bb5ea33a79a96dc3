import { expect, it } from 'vitest'
import { goalOf } from './goal.ts'
import { meantKey } from './known-keys.ts'

const HEADER = [
  'method',
  'metric',
  'early_terminate',
  'parameters',
  'program',
  'name',
  'seed',
  'run_cap',
  's',
]

it.each([
  ['metirc', 'metric'],
  ['programm', 'program'],
  ['early_terminte', 'early_terminate'],
  ['earlyTerminate', 'early_terminate'],
  ['run-cap', 'run_cap'],
  ['Method', 'method'],
  ['paramaters', 'parameters'],
  ['values:', undefined],
  ['nmae', 'name'],
  ['game', undefined],
  ['notes', undefined],
  ['tags', undefined],
  ['t', undefined],
  ['_metric', undefined],
  ['x-metric', undefined],
  ['', undefined],
])('%s means %s', (key, meant) => {
  expect(meantKey(key, HEADER)).toBe(meant)
})

it('knows synonyms only of keys that are possible there', () => {
  expect(meantKey('Early Stopping', HEADER, { earlystopping: 'early_terminate' })).toBe('early_terminate')
  expect(meantKey('std', ['mu', 'sigma'], { std: 'sigma' })).toBe('sigma')
  expect(meantKey('std', ['min', 'max'], { std: 'sigma' })).toBeUndefined()
})

const [S, Z] = ['s', 'z']
it.each([
  ['minimize', 'minimize'],
  ['Maximize', 'maximize'],
  [`maximi${S}e`, 'maximize'],
  [`MINIMI${S.toUpperCase()}E`, 'minimize'],
  [`Minimi${Z}e`, 'minimize'],
  ['min', 'minimize'],
  ['MAX', 'maximize'],
  [' max ', 'maximize'],
  ['smaller', undefined],
  ['maximum', undefined],
  ['minmax', undefined],
  ['', undefined],
  [1, undefined],
  [null, undefined],
])('reads the goal %j as %s', (word, goal) => {
  expect(goalOf(word)).toBe(goal)
})

import { expect, it } from 'vitest'
import { estimate, trialsOf } from './estimate.ts'

it.each([
  ['method: grid\nparameters: {a: {values: [1, 2, 3]}, b: {values: [x, y]}}\nreplicates: 5\n', 30],
  ['method: grid\nparameters: {a: {values: [1, 2, 3]}}\nrun_cap: 2\n', 2],
  ['method: random\nparameters: {a: {min: 0.0, max: 1.0}}\n', Number.POSITIVE_INFINITY],
  ['method: random\nparameters: {a: {min: 0.0, max: 1.0}}\nrun_cap: 50\n', 50],
  ['method: none', undefined],
])('%j has %s trials', (text, trials) => {
  expect(trialsOf(text)).toBe(trials)
})

it('the last agents may be idle', () => {
  expect(estimate(50, 60_000, 4)).toMatchObject({ computeMs: 3_000_000, elapsedMs: 780_000 })
})

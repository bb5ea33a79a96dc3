import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import { expect, it } from 'vitest'
import { progressOf } from './progress.ts'

const sweep = (state: string, limit: number | null, handed_out: number, open: number) =>
  ({ state, limit, trials: { handed_out, open } }) as unknown as SweepBody
const endedAt = (...seconds: number[]) =>
  seconds.map(
    (second) => ({ state: 'finished', updated_at: new Date(second * 1000).toISOString() }) as TrialBody,
  )

it('estimates the time left by the rate of the last trials', () => {
  expect(progressOf(sweep('running', 20, 6, 2), endedAt(10, 20, 30, 40), 40_000)).toEqual({
    ended: 4,
    total: 20,
    leftMs: 160_000,
  })
})

it('estimates more and more while no trial ends', () => {
  expect(progressOf(sweep('running', 20, 4, 0), endedAt(10, 20, 30, 40), 70_000).leftMs).toBe(320_000)
})

it.each([
  ['too few trials have ended', sweep('running', 20, 4, 2), endedAt(10, 20)],
  ['the sweep is paused', sweep('paused', 20, 4, 0), endedAt(1, 2, 3, 4)],
  ['there is no trial limit', sweep('running', null, 4, 0), endedAt(1, 2, 3, 4)],
  ['all trials have ended', sweep('finished', 4, 4, 0), endedAt(1, 2, 3, 4)],
])('has no estimate when %s', (_, given, trials) => {
  expect(progressOf(given, trials, 0).leftMs).toBeUndefined()
})

it('counts only started trials once the sweep is closed', () => {
  expect(progressOf(sweep('cancelled', 20, 6, 1), [], 0).total).toBe(6)
})

import type { TrialBody } from '@chimney/core/schema/api/trials'
import { expect, it } from 'vitest'
import { costOf } from './cost.ts'

const at = (ms: number) => new Date(ms).toISOString()
const trial = (state: string, started: number, updated: number) =>
  ({ state, created_at: at(0), started_at: at(started), updated_at: at(updated) }) as TrialBody

it('adds up the time of all trials, running ones until now', () => {
  const cost = costOf(
    [trial('finished', 1_000, 61_000), trial('running', 0, 0), trial('queued', 0, 0)],
    10_000,
  )
  expect(cost.computeMs).toBe(70_000)
})

it('is about one cent for 100 trials of one minute', () => {
  const { dollars } = costOf(
    Array.from({ length: 100 }, () => trial('finished', 0, 60_000)),
    0,
  )
  expect(dollars).toBeGreaterThan(0.002)
  expect(dollars).toBeLessThan(0.02)
})

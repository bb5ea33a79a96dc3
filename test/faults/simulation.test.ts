import { expect, it } from 'vitest'
import { play } from './simulation-play.ts'

const { CHIMNEY_SEED, CHIMNEY_SCHEDULES = '500' } = process.env
const seeds = CHIMNEY_SEED
  ? [Number(CHIMNEY_SEED)]
  : Array.from({ length: Number(CHIMNEY_SCHEDULES) }, (_, i) => i + 1)

it(`keeps every promise in ${seeds.length} schedules of crashes, lost answers, duplicates and meddling`, async () => {
  const failures: string[] = []
  let turns = 0
  for (const seed of seeds)
    try {
      turns += (await play(seed)).turns
    } catch (error) {
      if (CHIMNEY_SEED) throw error
      failures.push(
        `CHIMNEY_SEED=${seed} npx vitest run test/faults/simulation.test: ${(error as Error).message.split('\n')[0]}`,
      )
    }
  expect(failures).toEqual([])
  expect(turns).toBeGreaterThan(seeds.length * 50)
}, 3_600_000)

import { expect, it } from 'vitest'
import actions from '../../stacks/actions.json' with { type: 'json' }
import { sized } from '../sized.ts'
import { ASKED_BY_REPAIR } from './simulation-actors.ts'
import { play } from './simulation-play.ts'

/** `npm run test:faults` runs 10,000 schedules. */
const { CHIMNEY_SEED, CHIMNEY_FIRST_SEED = '1', CHIMNEY_SCHEDULES = sized('100', '500') } = process.env
/** In this schedule the repair restores a run while a user deletes it, and deletes it again: this needs the rarest IAM action. */
const RARE = 2163
const consecutive = Array.from(
  { length: Number(CHIMNEY_SCHEDULES) },
  (_, i) => i + Number(CHIMNEY_FIRST_SEED),
)
const seeds = CHIMNEY_SEED ? [Number(CHIMNEY_SEED)] : [...new Set([RARE, ...consecutive])]

/** Schedules between two progress lines of a long run. */
const PROGRESS_EVERY = 100

it(`keeps every promise in ${seeds.length} schedules of crashes, lost responses, duplicates and user actions`, async () => {
  const failures: string[] = []
  let turns = 0
  for (const [at, seed] of seeds.entries()) {
    try {
      turns += (await play(seed)).turns
    } catch (error) {
      if (CHIMNEY_SEED) throw error
      const [message] = (error as Error).message.split('\n')
      failures.push(`CHIMNEY_SEED=${seed} npx vitest run test/faults/simulation.test: ${message}`)
      console.log(failures.at(-1))
    }
    if (seeds.length > 500 && (at + 1) % PROGRESS_EVERY === 0)
      console.log(`${at + 1} of ${seeds.length} schedules, ${failures.length} failed`)
  }
  expect(failures).toEqual([])
  expect(turns).toBeGreaterThan(seeds.length * 50)
  // The IAM role of the deployed repair allows exactly these actions.
  const granted = actions.reconcile.table.map((action) => action.replace('dynamodb:', ''))
  if (!CHIMNEY_SEED) expect([...ASKED_BY_REPAIR].sort()).toEqual(granted.sort())
}, 14_400_000)

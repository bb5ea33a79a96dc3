import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BOMBS, type Bomb } from './bombs.ts'
import { budgetOf, expectAnswer, leastOf } from './expect-answer.ts'
import { hostileService } from './hostile-service.ts'
import { prepare } from './prepare.ts'
import type { Answer } from './request.ts'

/** A structure of twice the size may take three times as long, above a time that is mostly noise. */
const GROWTH = 3
const NOISE_MS = 150

const service = hostileService()
let slowness = 1

/** Loads what requests load, and creates the run that they are about. */
async function warmUp(): Promise<void> {
  slowness = await prepare(service)
}
beforeAll(warmUp)
afterAll(() => service.stop())

async function grow(bomb: Bomb): Promise<void> {
  let before: number | undefined
  for (let times = Math.max(1, Math.floor(bomb.most / 8)); times <= bomb.most; times *= 2) {
    const most =
      before === undefined ? Number.POSITIVE_INFINITY : GROWTH * Math.max(before, NOISE_MS * slowness)
    const budget = (sent: Answer) => Math.min(most, budgetOf(sent, slowness))
    const answer = await leastOf(() => service.send(bomb.request(times)), budget)
    expectAnswer(answer, `${bomb.title} × ${times}`, slowness)
    expect(answer.cpuMs, `${bomb.title}: growth to ${times}`).toBeLessThan(most)
    before = answer.cpuMs
  }
}

describe.each(BOMBS)('%s are answered in bounded time, and a refusal writes nothing', (_, bombs) => {
  it.each(bombs.map((bomb) => [bomb.title, bomb] as const))('%s', async (_, bomb) => {
    try {
      await grow(bomb)
    } catch (error) {
      // A killed process is started again for the next structure, which needs the run.
      if (!service.isRunning()) await warmUp()
      throw error
    }
  })
})

it('the service lives', async () => {
  expect(await service.send({ method: 'GET', path: '/v1/viewer' })).toMatchObject({ status: 200 })
})

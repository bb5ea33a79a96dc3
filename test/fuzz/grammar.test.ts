import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sized } from '../sized.ts'
import { budgetOf, expectAnswer, leastOf } from './expect-answer.ts'
import { REQUESTS } from './grammar.ts'
import { hostileService } from './hostile-service.ts'
import { prepare } from './prepare.ts'

const RUNS = sized(200, 3_000)
const SEED = 20

const service = hostileService()
let slowness = 1
beforeAll(async () => {
  slowness = await prepare(service)
})
afterAll(() => service.stop())

describe.each(REQUESTS)(`%s (seed ${SEED})`, (title, request) => {
  it('are answered without a 5xx within a processor budget, and a refusal writes nothing', async () => {
    const seen = new Set<number>()
    await fc.assert(
      fc.asyncProperty(request, async (sent) => {
        const answer = await leastOf(
          () => service.send(sent),
          (answer) => budgetOf(answer, slowness),
        )
        seen.add(answer.status)
        expectAnswer(answer, `${title}: ${sent.body}`, slowness)
      }),
      { seed: SEED, numRuns: RUNS },
    )
    // Some are accepted and some are refused.
    expect([...seen].some((status) => status < 300)).toBe(true)
    expect(seen).toContain(400)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BOMBS, type Bomb } from './bombs.ts'
import { hostileService } from './hostile-service.ts'
import type { Answer, HostileRequest } from './request.ts'

/**
 * Processor time of one request, ms, on a machine that does the work of `slowness` as fast as a developer's. What is refused costs
 * less than what is accepted: a config of a million characters is read, checked and packed.
 */
const REFUSED_MS = 250
const ACCEPTED_MS = 1_000
/** A structure of twice the size may take three times as long, above a time that is mostly noise. */
const GROWTH = 3
const NOISE_MS = 80

const service = hostileService()
let slowness = 1

const SWEEP = 'method: random\nparameters: {a: {min: 0.5, max: 1}}\n'
const WARM_UP: readonly HostileRequest[] = [
  { method: 'POST', path: '/v1/acme/digits/sweeps', body: SWEEP },
  { method: 'POST', path: '/v1/acme/digits/runs', body: `{"id":"r","name":"${'a'.repeat(200)}"}` },
  { method: 'POST', path: '/graphql', body: '{"query":"{viewer{id}}"}' },
  { method: 'POST', path: '/files/acme/digits/r/file_stream', body: '{}' },
  { method: 'POST', path: '/v1/acme/digits/runs/r/metrics', body: '{"points":[]}' },
  {
    method: 'POST',
    path: '/graphql',
    body: JSON.stringify({
      query:
        '{project(name:"digits",entityName:"acme"){runs(filters:"{\\"name\\":{\\"$regex\\":\\"a\\"}}"){edges{node{name}}}}}',
    }),
  },
]

/** Loads what requests load, and creates the run that they are about. */
async function warmUp(): Promise<void> {
  for (const request of WARM_UP) await service.send(request)
  slowness = await service.slowness()
}
beforeAll(warmUp)
afterAll(() => service.stop())

function expectAnswer(answer: Answer, title: string): void {
  const { status, text, type, written, cpuMs } = answer
  expect(status, `${title}: ${text}`).toBeLessThan(500)
  const accepted = status < 400
  expect(cpuMs, `${title}: ${status}`).toBeLessThan((accepted ? ACCEPTED_MS : REFUSED_MS) * slowness)
  if (accepted) return
  expect(written, `${title} wrote before its refusal: ${text}`).toBe(0)
  if (type.startsWith('application/problem+json')) expect(text).toContain('"detail":"')
  else expect(text).toContain('{"errors":[{"message":"')
}

async function grow(bomb: Bomb): Promise<void> {
  let before: number | undefined
  for (let times = Math.max(1, Math.floor(bomb.most / 8)); times <= bomb.most; times *= 2) {
    const answer = await service.send(bomb.request(times))
    expectAnswer(answer, `${bomb.title} × ${times}`)
    if (before !== undefined)
      expect(answer.cpuMs, `${bomb.title}: growth to ${times}`).toBeLessThan(
        GROWTH * Math.max(before, NOISE_MS * slowness),
      )
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

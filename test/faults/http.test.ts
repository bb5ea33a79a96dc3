/** The service over HTTP with faults in the table and the network: what a client may rely on. */
import { rngOf } from '@chimney/core/math/rng'
import { createApp } from '@chimney/server/http/app'
import { hashKey } from '@chimney/server/http/auth/authenticator'
import { idFromText } from '@chimney/server/ids'
import { dynamoStore } from '@chimney/server/store/dynamo/store'
import { reconcile } from '@chimney/server/sweeps/reconciler/reconcile'
import { expect, it } from 'vitest'
import { sized } from '../sized.ts'
import { clientOf, memoryTable } from './simulation-table.ts'

const KEY = 'a'.repeat(40)
const PROJECT = '/v1/acme/faults'
const CELLS = 24
const AGENTS = 6
const STEPS = 3
const SEEDS = Array.from({ length: sized(8, 40) }, (_, i) => i + 1)
const LEASE_SECONDS = 60

/** Probabilities, per request to the table and per answer to the client. */
const THROTTLED = 0.03
const LOST_IN_TABLE = 0.02
const LOST_ON_WIRE = 0.05

const lossOf = (number: number, step: number) => number + 1 / (step + 1)

it.each(SEEDS)('hands out each trial once and loses nothing, with faults of seed %i', async (seed) => {
  const rng = rngOf(seed, 0, 0xfa17)
  const occurs = (probability: number) => rng.uniform() < probability
  const table = memoryTable()
  let now = Date.UTC(2030, 0, 1)
  let ids = 0
  let faults = 0
  const fault = (name: string): never => {
    faults++
    throw Object.assign(new Error(name), { name })
  }
  const deps = {
    store: dynamoStore({
      client: clientOf(async (command) => {
        now += rng.below(20)
        if (occurs(THROTTLED)) fault('ProvisionedThroughputExceededException')
        const answer = table.execute(command)
        // Executed, but the answer is lost.
        if (occurs(LOST_IN_TABLE)) fault('InternalServerError')
        return answer
      }),
      table: 'memory',
      pause: async () => {},
    }),
    queue: { agents: [], send: async () => {} },
    files: {} as never,
    clock: { now: () => now },
    settings: { leaseSeconds: LEASE_SECONDS, publicUrl: 'https://chimney.example' },
    randomId: (length: number) => idFromText(`${seed}:${++ids}`, length),
  }
  const app = createApp(deps, { masterKey: { hash: hashKey(KEY), entity: 'acme' } })

  /** Repeats a request until it is answered, as the SDK does. */
  async function send(method: string, path: string, body?: object, key?: string) {
    for (let tries = 0; tries < 200; tries++) {
      const answer = await app.request(path, {
        method,
        headers: { Authorization: `Bearer ${KEY}`, ...(key && { 'Idempotency-Key': key }) },
        ...(body && { body: JSON.stringify(body) }),
      })
      now += 50
      if (answer.status >= 500 || occurs(LOST_ON_WIRE)) {
        now += Math.min(10_000, 200 * 2 ** tries)
        continue
      }
      const text = await answer.text()
      return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
    }
    throw new Error(`no answer to ${method} ${path}`)
  }

  const created = await send(
    'POST',
    `${PROJECT}/sweeps`,
    {
      method: 'grid',
      metric: { name: 'loss' },
      parameters: { a: { values: Array.from({ length: CELLS }, (_, i) => i + 1) } },
      retry: { max_attempts: 50 },
    },
    `sweep-${seed}`,
  )
  const sweep = `${PROJECT}/sweeps/${created.body.id}`
  const kept: number[] = []
  const acknowledged = new Map<string, { attempt: number; steps: Set<number> }>()

  async function agent(name: number): Promise<void> {
    for (let round = 0; round < 10 * CELLS; round++) {
      const next = await send('POST', `${sweep}/trials`, {}, `${name}-${round}`)
      if (next.status === 409) return
      if (next.status === 204) {
        now += 20_000
        await reconcile(deps).catch(() => {})
        continue
      }
      const [{ number, run, attempt, params }] = next.body.trials
      expect(params).toEqual({ a: number })
      // Some agents vanish: their leases expire.
      if (occurs(0.1)) {
        now += LEASE_SECONDS * 1000
        await reconcile(deps).catch(() => {})
        continue
      }
      const steps = new Set<number>()
      for (let step = 0; step < STEPS; step++) {
        const points = [{ step, values: { loss: lossOf(number, step) } }]
        const answer = await send('POST', `${PROJECT}/runs/${run}/metrics`, { points, attempt })
        expect(answer.status).toBe(200)
        steps.add(step)
      }
      const ended = await send('POST', `${PROJECT}/runs/${run}/finish`, { state: 'finished', attempt })
      expect(ended.status).toBe(200)
      if (!ended.body.kept) continue
      kept.push(number)
      acknowledged.set(run, { attempt, steps })
    }
  }
  await Promise.all(Array.from({ length: AGENTS }, (_, name) => agent(name)))

  expect(faults).toBeGreaterThan(10)
  const numbers = Array.from({ length: CELLS }, (_, i) => i + 1)
  expect([...new Set(kept)].sort((a, b) => a - b)).toEqual(numbers)
  const trials = (await send('GET', `${sweep}/trials?limit=1000`)).body.items
  expect(trials.map(({ number, state }: { number: number; state: string }) => [number, state])).toEqual(
    numbers.map((number) => [number, 'finished']),
  )
  // The counters are right after the next repairs.
  for (let minute = 0; minute < 10; minute++) {
    now += 61_000
    await reconcile(deps).catch(() => {})
  }
  expect((await send('GET', sweep)).body).toMatchObject({
    state: 'finished',
    trials: { handed_out: CELLS, open: 0, finished: CELLS },
    best: { number: 1 },
  })
  for (const [run, { steps }] of acknowledged) {
    const rows = (await send('GET', `${PROJECT}/runs/${run}/metrics`)).body.items
    const found = new Set(rows.map((row: { _step: number }) => row._step))
    for (const step of steps) expect(found, `step ${step} of ${run}`).toContain(step)
  }
})

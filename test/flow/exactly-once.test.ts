import { afterAll, beforeAll, expect, it } from 'vitest'
import { sized } from '../sized.ts'
import { serve } from './serve.ts'
import { type Engine, startEngine } from './world.ts'

let engine: Engine
beforeAll(async () => {
  engine = await startEngine()
})
afterAll(() => engine.stop())

const A_VALUES = sized(2, 50)
const CELLS = A_VALUES * 10 * 10
const AGENTS = sized(20, 100)
/** One trial in twenty goes to an agent that disappears. Deterministic, so that a failure can be repeated. */
const vanishes = (number: number, attempt: number) => (number * 7 + attempt * 13) % 20 === 0
/** Time per request: a lease of one second lasts for some hundred requests of the other agents. */
const MS_PER_REQUEST = 3
const RECONCILE_EVERY_MS = 1000

it(`finishes each of ${CELLS} grid cells once while some of ${AGENTS} agents disappear at any time`, async () => {
  const world = await engine.world({ leaseSeconds: 1 })
  const { post, stop } = await serve(world)
  const sweep = await world.sweep({
    method: 'grid',
    metric: { name: 'loss', goal: 'minimize' },
    parameters: {
      a: { values: Array.from({ length: A_VALUES }, (_, i) => i) },
      b: { min: 1, max: 10 },
      c: { values: Array.from({ length: 10 }, (_, i) => `c${i}`) },
    },
    retry: { max_attempts: 20 },
  })

  const handedOut = new Map<number, Set<string>>()
  const kept = new Map<number, number>()
  const attempts = new Set<string>()
  let reconciledAt = world.deps.clock.now()
  let reconciling: Promise<unknown> = Promise.resolve()
  let vanished = 0

  const passTime = () => {
    world.advance(MS_PER_REQUEST / 1000)
    if (world.deps.clock.now() - reconciledAt < RECONCILE_EVERY_MS) return
    reconciledAt = world.deps.clock.now()
    reconciling = reconciling.then(() => world.reconcile({ graceMs: 5000 }))
  }
  const agent = async () => {
    for (;;) {
      passTime()
      const { status, body } = await post(`${sweep}/trials`, { count: 1 })
      if (status === 409) return
      if (status === 204) {
        // Every cell is handed out: advance the clock until lost trials are requeued.
        world.advance(0.05)
        await reconciling
        continue
      }
      expect(status).toBe(201)
      const [{ number, run_path, params, attempt }] = body.trials
      expect(
        attempts.has(`${number}/${attempt}`),
        `attempt ${attempt} of ${number} was handed out twice`,
      ).toBe(false)
      attempts.add(`${number}/${attempt}`)
      const cells = handedOut.get(number) ?? new Set()
      handedOut.set(number, cells.add(JSON.stringify(params)))
      if (vanishes(number, attempt)) {
        vanished++
        continue
      }
      passTime()
      const finished = await post(`/v1/${run_path.replace(/\/([^/]*)$/, '/runs/$1')}/finish`, {
        state: 'finished',
        attempt,
      })
      expect(finished.status).toBe(200)
      if (finished.body.kept) kept.set(number, (kept.get(number) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: AGENTS }, agent))
  await reconciling
  await stop()

  expect(vanished).toBeGreaterThan(CELLS / 25)
  const numbers = Array.from({ length: CELLS }, (_, i) => i + 1)
  expect([...handedOut.keys()].sort((a, b) => a - b)).toEqual(numbers)
  expect([...kept.keys()].sort((a, b) => a - b)).toEqual(numbers)
  expect([...kept.values()].every((times) => times === 1)).toBe(true)
  // A retry has the parameters of the first attempt, and no two numbers share a cell.
  expect([...handedOut.values()].every((cells) => cells.size === 1)).toBe(true)
  expect(new Set([...handedOut.values()].map((cells) => [...cells][0])).size).toBe(CELLS)

  const { body } = await world.call('GET', sweep)
  expect(body).toMatchObject({
    state: 'finished',
    limit: CELLS,
    trials: { handed_out: CELLS, open: 0, finished: CELLS },
  })
  let cursor = ''
  const listed: { number: number; state: string }[] = []
  do {
    const page = (await world.call('GET', `${sweep}/trials?limit=1000${cursor && `&cursor=${cursor}`}`)).body
    listed.push(...page.items)
    cursor = page.next_cursor ?? ''
  } while (cursor)
  expect(listed.map((trial) => trial.number)).toEqual(numbers)
  expect(listed.every((trial) => trial.state === 'finished')).toBe(true)
}, 1_500_000)

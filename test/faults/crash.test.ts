import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rngOf } from '@chimney/core/math/rng'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { freePort, KEY, type LocalProcess, localProcess, postUntilAnswered } from './local-process.ts'

/** `CHIMNEY_KILLS=60` for a long series. */
const KILLS = Number(process.env.CHIMNEY_KILLS ?? 3)
const AGENTS = 8
const TRIALS_PER_KILL = 15
/** Of the agents that were handed a trial, one in this many ends without a word: the lease of its trial has to end first. */
const VANISHES_EVERY = 40
/** One restart in this many is killed again while the service starts. */
const KILLED_AGAIN_EVERY = 4
const LEASE_SECONDS = 5
const CALLS = 4
const STEPS_PER_CALL = 5

let cloud: LocalProcess
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chimney-crash-'))
  cloud = localProcess({ port: await freePort(), dataDir: folder, leaseSeconds: LEASE_SECONDS })
  await cloud.start()
})
afterEach(async () => {
  await cloud.kill()
  await rm(folder, { recursive: true })
})

const lossAt = (number: number, step: number) => number + 1 / (step + 1)

interface Sweep {
  readonly config: object
  readonly trials: number
  readonly kills: number
  readonly seed: number
}

async function surviveKills({ config, trials, kills, seed }: Sweep): Promise<void> {
  const get = async (path: string) =>
    (await fetch(cloud.url + path, { headers: { Authorization: `Bearer ${KEY}` } })).json()
  const random = rngOf(seed, 0)
  const created = await postUntilAnswered(
    cloud.url,
    '/v1/local/crash/sweeps',
    { metric: { name: 'loss' }, retry: { max_attempts: 50 }, ...config },
    'the-sweep',
  )
  expect(created.status).toBe(201)
  const sweep = `/v1/local/crash/sweeps/${created.body.id}`

  const acknowledged = new Map<string, Set<number>>()
  const kept: number[] = []
  /** Run and attempt. */
  const handedOut = new Set<string>()
  let killed = 0
  let restart: Promise<void> | undefined
  const maybeKill = () => {
    if (restart || killed === kills || kept.length < ((killed + 1) * trials) / (kills + 1)) return
    killed++
    restart = (async () => {
      // Any point of the requests in flight, which are cut off.
      await new Promise((resolve) => setTimeout(resolve, random.uniform() * 50))
      await cloud.kill()
      if (killed % KILLED_AGAIN_EVERY === 0) {
        const starting = cloud.start().catch(() => {})
        await new Promise((resolve) => setTimeout(resolve, random.uniform() * 2_000))
        await cloud.kill()
        await starting
      }
      await cloud.start()
    })().finally(() => {
      restart = undefined
    })
  }

  const agent = async (name: number) => {
    for (let round = 0; ; round++) {
      const { status, body } = await postUntilAnswered(
        cloud.url,
        `${sweep}/trials`,
        {},
        `agent-${name}-trial-${round}`,
      )
      if (status === 409) return
      if (status === 204) {
        await new Promise((resolve) => setTimeout(resolve, 100))
        continue
      }
      const [{ number, run, attempt }] = body.trials
      expect(handedOut).not.toContain(`${run} ${attempt}`)
      handedOut.add(`${run} ${attempt}`)
      if (handedOut.size % VANISHES_EVERY === 0) continue
      const path = `/v1/local/crash/runs/${run}`
      for (let call = 0; call < CALLS; call++) {
        const steps = Array.from({ length: STEPS_PER_CALL }, (_, i) => call * STEPS_PER_CALL + i)
        const points = steps.map((step) => ({ step, values: { loss: lossAt(number, step) } }))
        const answer = await postUntilAnswered(cloud.url, `${path}/metrics`, { points, attempt })
        expect(answer.status).toBe(200)
        const seen = acknowledged.get(run) ?? new Set()
        for (const step of steps) seen.add(step)
        acknowledged.set(run, seen)
      }
      const finished = await postUntilAnswered(cloud.url, `${path}/finish`, { state: 'finished', attempt })
      expect(finished.status).toBe(200)
      if (finished.body.kept) kept.push(number)
      maybeKill()
    }
  }
  await Promise.all(Array.from({ length: AGENTS }, (_, name) => agent(name)))
  await restart

  expect(killed).toBe(kills)
  expect(kept.sort((a, b) => a - b)).toEqual(Array.from({ length: trials }, (_, i) => i + 1))
  expect(await get(sweep)).toMatchObject({
    state: 'finished',
    trials: { handed_out: trials, open: 0, finished: trials },
    best: { number: 1, value: lossAt(1, CALLS * STEPS_PER_CALL - 1) },
  })
  const runs = (await get('/v1/local/crash/runs?limit=1000')).items
  expect(runs).toHaveLength(trials)
  for (const [run, steps] of acknowledged) {
    const rows = (await get(`/v1/local/crash/runs/${run}/metrics`)).items
    const number = Number(run.split('-')[1])
    expect(rows.map((row: { _step: number; loss: number }) => [row._step, row.loss])).toEqual(
      [...steps].sort((a, b) => a - b).map((step) => [step, lossAt(number, step)]),
    )
  }
}

it.each([
  ['grid', KILLS],
  ['bayes', Math.ceil(KILLS / 4)],
])(
  '%s: %i kills; no trial is handed out or finished twice, and all acknowledged metrics are kept',
  (method, kills) => {
    const trials = (kills + 1) * TRIALS_PER_KILL
    const parameters = { a: method === 'grid' ? { min: 1, max: trials } : { min: 0.0, max: 1.5 } }
    return surviveKills({ config: { method, run_cap: trials, parameters }, trials, kills, seed: 1 })
  },
  100_000 * KILLS,
)

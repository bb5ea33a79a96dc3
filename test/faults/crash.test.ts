import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { freePort, KEY, type LocalProcess, localProcess, postUntilAnswered } from './local-process.ts'

const CELLS = 60
const AGENTS = 8
/** Finished trials at which the service is killed. */
const KILLED_AT = [10, 25, 42]
const CALLS = 4
const STEPS_PER_CALL = 5

let cloud: LocalProcess
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chimney-crash-'))
  cloud = localProcess({ port: await freePort(), dataDir: folder, leaseSeconds: 5 })
  await cloud.start()
})
afterEach(async () => {
  await cloud.kill()
  await rm(folder, { recursive: true })
})

const lossAt = (number: number, step: number) => number + 1 / (step + 1)

it(`completes a sweep after ${KILLED_AT.length} kills, finishes no trial twice, and keeps all acknowledged metrics`, async () => {
  const get = async (path: string) =>
    (await fetch(cloud.url + path, { headers: { Authorization: `Bearer ${KEY}` } })).json()
  const created = await postUntilAnswered(
    cloud.url,
    '/v1/local/crash/sweeps',
    {
      method: 'grid',
      metric: { name: 'loss' },
      parameters: { a: { min: 1, max: CELLS } },
      retry: { max_attempts: 50 },
    },
    'the-sweep',
  )
  const sweep = `/v1/local/crash/sweeps/${created.body.id}`

  const acknowledged = new Map<string, Set<number>>()
  const kept: number[] = []
  const kills = [...KILLED_AT]
  let restart: Promise<void> | undefined
  const maybeKill = () => {
    if (restart || kills.length === 0 || kept.length < (kills[0] as number)) return
    kills.shift()
    // Requests in flight are cut off.
    restart = cloud
      .kill()
      .then(() => cloud.start())
      .finally(() => {
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
      const [{ number, run, attempt, params }] = body.trials
      expect(params).toEqual({ a: number })
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

  expect(kills).toEqual([])
  expect(kept.sort((a, b) => a - b)).toEqual(Array.from({ length: CELLS }, (_, i) => i + 1))
  expect(await get(sweep)).toMatchObject({
    state: 'finished',
    trials: { handed_out: CELLS, open: 0, finished: CELLS },
    best: { number: 1, value: lossAt(1, CALLS * STEPS_PER_CALL - 1) },
  })
  const runs = (await get('/v1/local/crash/runs?limit=1000')).items
  expect(runs).toHaveLength(CELLS)
  for (const [run, steps] of acknowledged) {
    const rows = (await get(`/v1/local/crash/runs/${run}/metrics`)).items
    const number = Number(run.split('-')[1])
    expect(rows.map((row: { _step: number; loss: number }) => [row._step, row.loss])).toEqual(
      [...steps].sort((a, b) => a - b).map((step) => [step, lossAt(number, step)]),
    )
  }
}, 300_000)

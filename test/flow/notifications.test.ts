/** What the webhooks of a project are notified of, and that a crash neither loses nor precedes it. */

import type { WebhookMessage } from '@chimney/server/queue/webhook-queue'
import { addAlert } from '@chimney/server/runs/lifecycle/add-alert'
import { finishRun } from '@chimney/server/runs/lifecycle/finish-run'
import { reconcile } from '@chimney/server/sweeps/reconciler/reconcile'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { startEngine, type World } from './world.ts'

const EVENTS = [
  'sweep_finished',
  'sweep_paused',
  'sweep_failing',
  'new_best',
  'run_failed',
  'run_alert',
  'agent_lost',
]
const CONFIG = {
  method: 'random',
  metric: { name: 'loss', goal: 'minimize' },
  parameters: { x: { min: 0.5, max: 1.5 } },
  run_cap: 4,
  retry: { max_attempts: 2 },
}

let engine: Awaited<ReturnType<typeof startEngine>>
let w: World
let queue: WebhookMessage[]
let refuses: boolean
beforeAll(async () => {
  engine = await startEngine()
})
afterAll(() => engine.stop())
beforeEach(async () => {
  w = await engine.world()
  queue = []
  refuses = false
  await w.call('POST', '/v1/acme/digits/webhooks', { url: 'https://example.org/hook', events: EVENTS })
})

const deps = () => ({
  ...w.deps,
  webhooks: {
    send: async (messages: readonly WebhookMessage[]) => {
      if (refuses) throw new Error('the queue is unavailable')
      queue.push(...messages)
    },
    delay: async () => {},
  },
})
const repair = () => reconcile(deps())
const types = () => queue.map(({ notice }) => notice.type)
const next = async (sweep: string) =>
  (await w.call('POST', `${sweep}/trials`, {})).body.trials[0].run as string
const finish = (run: string, body: object) => w.call('POST', `/v1/acme/digits/runs/${run}/finish`, body)

it('announces the best trial, a pause and the end of a sweep once each', async () => {
  const sweep = await w.sweep(CONFIG)
  await repair()
  expect(queue).toEqual([])
  await finish(await next(sweep), { state: 'finished', summary: { loss: 0.5 } })
  await repair()
  await repair()
  expect(types()).toEqual(['new_best'])
  expect(queue[0]!.notice).toMatchObject({
    title: expect.stringContaining('loss = 0.5'),
    url: expect.stringContaining('/acme/digits/sweeps/'),
    data: { entity: 'acme', project: 'digits', best: { number: 1, value: 0.5 } },
  })
  // A worse one is none.
  await finish(await next(sweep), { state: 'finished', summary: { loss: 0.7 } })
  await w.call('PATCH', sweep, { state: 'paused' })
  await repair()
  expect(types()).toEqual(['new_best', 'sweep_paused'])
  await w.call('PATCH', sweep, { state: 'running' })
  await finish(await next(sweep), { state: 'finished', summary: { loss: 0.6 } })
  await finish(await next(sweep), { state: 'finished', summary: { loss: 0.1 } })
  for (let minute = 0; minute < 3; minute++) {
    await repair()
    w.advance(60)
  }
  expect(types()).toEqual(['new_best', 'sweep_paused', 'new_best', 'sweep_finished'])
  expect(new Set(queue.map(({ notice }) => notice.id)).size).toBe(4)
  expect((await w.deps.store.listOpenSweeps({ limit: 10 })).items).toEqual([])
})

it('announces again with the same id what it had sent when it died', async () => {
  const sweep = await w.sweep({ ...CONFIG, run_cap: 1 })
  await finish(await next(sweep), { state: 'finished', summary: { loss: 0.5 } })
  const died = { ...deps(), store: { ...w.deps.store, putRepair: () => Promise.reject(new Error('died')) } }
  await reconcile(died)
  const first = queue.splice(0)
  expect(first.map(({ notice }) => notice.type)).toEqual(['new_best', 'sweep_finished'])
  await repair()
  expect(queue.map(({ notice }) => notice.id)).toEqual(first.map(({ notice }) => notice.id))
  // Hours later the sweep is closed, and nothing more is sent.
  for (let minute = 0; minute < 3; minute++) {
    w.advance(60)
    await repair()
  }
  expect(queue).toHaveLength(2)
})

it('keeps an ended sweep open until its end is announced', async () => {
  const sweep = await w.sweep({ ...CONFIG, run_cap: 1 })
  await finish(await next(sweep), { state: 'finished', summary: { loss: 0.5 } })
  refuses = true
  for (let minute = 0; minute < 5; minute++) {
    w.advance(60)
    expect((await repair()).errors).toHaveLength(1)
  }
  refuses = false
  await repair()
  expect(types()).toEqual(['new_best', 'sweep_finished'])
})

it('announces failed trials together, a failing sweep once, and lost agents', async () => {
  const sweep = await w.sweep({ ...CONFIG, run_cap: 8 })
  const runs = [await next(sweep), await next(sweep), await next(sweep), await next(sweep)]
  await repair()
  for (const run of runs.slice(0, 3)) await finish(run, { state: 'failed', exit_code: 1 })
  await repair()
  expect(types().toSorted()).toEqual(['run_failed', 'sweep_failing'])
  expect(queue.find(({ notice }) => notice.type === 'run_failed')!.notice).toMatchObject({
    title: expect.stringMatching(/^3 trials of sweep .* failed$/),
    data: { count: 3, trials: [{ number: 1 }, { number: 2 }, { number: 3 }] },
  })
  w.advance(301)
  await repair()
  await repair()
  expect(types().slice(2)).toEqual(['agent_lost'])
  // An amendment makes the repair read all trials again: what was announced is not announced again.
  await w.call('POST', `${sweep}/trials/1/void`, { reason: 'wrong data' })
  for (let minute = 0; minute < 3; minute++) {
    w.advance(60)
    await repair()
  }
  expect(types().filter((type) => type === 'run_failed' || type === 'sweep_failing')).toHaveLength(2)
})

it('announces alerts and failures of runs outside of sweeps, again when their request is repeated', async () => {
  await w.call('POST', '/v1/acme/digits/runs', { id: 'solo' })
  const key = { entity: 'acme', project: 'digits', run: 'solo' }
  const alert = { level: 'WARN', title: 'Low accuracy', text: 'below 0.5', waitMs: 60_000 } as const
  refuses = true
  await expect(addAlert(deps(), key, alert)).rejects.toThrow(/unavailable/)
  refuses = false
  await addAlert(deps(), key, alert)
  await addAlert(deps(), key, { ...alert, text: 'within the time that its sender gives' })
  await finishRun(deps(), key, { state: 'failed', exitCode: 1 })
  await finishRun(deps(), key, { state: 'failed', exitCode: 1 })
  expect(types()).toEqual(['run_alert', 'run_failed', 'run_failed'])
  expect(queue[0]!.notice.title).toBe('WARN: Low accuracy')
  expect(queue[1]!.notice.id).toBe(queue[2]!.notice.id)
})

it('sends to the webhooks that subscribe to the event, and only to those', async () => {
  await w.call('POST', '/v1/acme/digits/webhooks', { url: 'https://example.org/2', events: ['sweep_paused'] })
  const sweep = await w.sweep(CONFIG)
  await w.call('PATCH', sweep, { state: 'paused' })
  await repair()
  expect(queue).toHaveLength(2)
  expect(new Set(queue.map(({ webhook }) => webhook)).size).toBe(2)
})

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp } from '../http/app.ts'
import { hashKey } from '../http/auth/authenticator.ts'
import { ENTITY, KEY, PROJECT, type TestApp, testApp } from '../http/test-app.ts'
import { lazyMetrics } from './lazy-metrics.ts'
import { addTo, createMetrics, publish } from './metrics.ts'
import { withMetrics } from './store-metrics.ts'

let world: TestApp
const metrics = createMetrics('test')
let call: (path: string, body: object) => Promise<{ status: number; body: ReturnType<typeof JSON.parse> }>
beforeAll(async () => {
  world = await testApp()
  const deps = { ...world.deps, store: withMetrics(world.deps.store, addTo(metrics), world.clock) }
  const app = createApp(deps, { masterKey: { hash: hashKey(KEY), entity: ENTITY } })
  call = async (path, body) => {
    const headers = { Authorization: `Bearer ${KEY}` }
    const answer = await app.request(PROJECT + path, { method: 'POST', body: JSON.stringify(body), headers })
    return { status: answer.status, body: await answer.json() }
  }
})
afterAll(() => world.stop())
/** The stored metrics as they would be written, which are then forgotten. */
const taken = () => {
  const line = metrics.serializeMetrics() as unknown as Record<string, unknown>
  metrics.clearMetrics()
  return line
}
beforeEach(() => metrics.clearMetrics())

const sweep = async (more = {}): Promise<string> =>
  (
    await call('/sweeps', {
      method: 'random',
      metric: { name: 'l' },
      parameters: { a: { min: 0.1, max: 1 } },
      ...more,
    })
  ).body.id

describe('metrics of the store', () => {
  it('count trials handed out, and time each suggestion', async () => {
    const id = await sweep()
    await call(`/sweeps/${id}/trials`, { count: 2 })
    expect(taken()).toMatchObject({ TrialsHandedOut: 2, SuggestionMs: [0, 0], Stage: 'test' })
    expect(metrics.hasStoredMetrics()).toBe(false)
  })

  it('count a stopped run once, however many reports follow', async () => {
    const id = await sweep({ early_terminate: { type: 'threshold', upper: 1, min_iter: 1 } })
    const [{ run }] = (await call(`/sweeps/${id}/trials`, {})).body.trials
    taken()
    for (const step of [1, 2, 3]) await call(`/runs/${run}/metrics`, { points: [{ step, values: { l: 5 } }] })
    expect(taken()).toMatchObject({ StopDecisions: 1 })
  })
})

describe('the lines for CloudWatch', () => {
  const written: string[] = []
  beforeEach(() => {
    written.length = 0
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0)
    return () => spy.mockRestore()
  })
  const lines = () => written.map((line) => JSON.parse(line))

  it('have the namespace, the dimension and the units that dashboards and alarms select by', () => {
    const some = createMetrics('production')
    addTo(some)('LostLeases', 3)
    publish(some)
    publish(some)
    expect(lines()).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'Chimney',
              Dimensions: [['Stage']],
              Metrics: [{ Name: 'LostLeases', Unit: 'Count' }],
            },
          ],
        },
        Stage: 'production',
        LostLeases: 3,
      },
    ])
  })

  it('are written once, at the end of the invocation', async () => {
    const some = lazyMetrics('test')
    some.add('TrialsHandedOut', 1)
    some.add('TrialsHandedOut', 2)
    expect(written).toEqual([])
    await some.publish()
    await some.publish()
    expect(lines()).toEqual([expect.objectContaining({ Stage: 'test', TrialsHandedOut: [1, 2] })])
  })

  it('keep every value, at most 100 of a metric in a line', () => {
    const some = createMetrics('test')
    for (let i = 0; i < 250; i++) addTo(some)('SuggestionMs', i)
    publish(some)
    expect(lines().map(({ SuggestionMs }) => SuggestionMs.length)).toEqual([100, 100, 50])
    expect(lines().every(({ Stage }) => Stage === 'test')).toBe(true)
  })
})

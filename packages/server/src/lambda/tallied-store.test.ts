import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../http/app.ts'
import { hashKey } from '../http/auth/authenticator.ts'
import { ENTITY, KEY, PROJECT, type TestApp, testApp } from '../http/test-app.ts'
import { Tally } from './emf.ts'
import { talliedStore } from './tallied-store.ts'

let world: TestApp
const tally = new Tally()
let call: (path: string, body: object) => Promise<{ status: number; body: ReturnType<typeof JSON.parse> }>
beforeAll(async () => {
  world = await testApp()
  const deps = { ...world.deps, store: talliedStore(world.deps.store, tally, world.clock) }
  const app = createApp(deps, { masterKey: { hash: hashKey(KEY), entity: ENTITY } })
  call = async (path, body) => {
    const headers = { Authorization: `Bearer ${KEY}` }
    const answer = await app.request(PROJECT + path, { method: 'POST', body: JSON.stringify(body), headers })
    return { status: answer.status, body: await answer.json() }
  }
})
afterAll(() => world.stop())
const taken = () => tally.take('test', 1) as Record<string, unknown>

describe('the tally of a function', () => {
  it('counts trials handed out, and how long each took to be found', async () => {
    const { id } = (
      await call('/sweeps', {
        method: 'random',
        metric: { name: 'l' },
        parameters: { a: { min: 0.1, max: 1 } },
      })
    ).body
    taken()
    await call(`/sweeps/${id}/trials`, { count: 2 })
    expect(taken()).toMatchObject({ TrialsHandedOut: 2, SuggestionMs: [0, 0], Stage: 'test' })
    expect(taken()).toEqual({})
  })

  it('counts a stopped run once, however often it is told', async () => {
    const { id } = (
      await call('/sweeps', {
        method: 'random',
        metric: { name: 'l' },
        parameters: { a: { min: 0.1, max: 1 } },
        early_terminate: { type: 'threshold', upper: 1, min_iter: 1 },
      })
    ).body
    const [{ run }] = (await call(`/sweeps/${id}/trials`, {})).body.trials
    taken()
    for (const step of [1, 2, 3]) await call(`/runs/${run}/metrics`, { points: [{ step, values: { l: 5 } }] })
    expect(taken()).toMatchObject({ StopDecisions: 1 })
  })

  it('says it as CloudWatch reads it', () => {
    const some = new Tally()
    some.add('LostLeases', 3)
    expect(some.take('production', 1_700_000_000_000)).toEqual({
      _aws: {
        Timestamp: 1_700_000_000_000,
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
    })
  })

  it('never tells more values than a line may hold', () => {
    const some = new Tally()
    for (let i = 0; i < 500; i++) some.add('SuggestionMs', i)
    expect((some.take('test', 1) as { SuggestionMs: number[] }).SuggestionMs).toHaveLength(100)
  })
})

import { parseSweepConfig } from '@chimney/core/schema/parse-sweep-config'
import { expect, it } from 'vitest'
import type { Store } from '../../store/store.ts'
import { cachedJudge, evictObjective } from './objective-cache.ts'

const key = { entity: 'acme', project: 'digits', sweep: 'abcd1234' }
const configOf = (metric: string) =>
  parseSweepConfig(
    JSON.stringify({ method: 'random', metric: { name: metric }, parameters: { lr: { values: [1, 2] } } }),
  ).config

/** A store with one sweep that counts its reads. */
function fake(metric?: string) {
  const state = { reads: 0, now: 0, metric }
  const getSweep = async () => {
    state.reads++
    return state.metric === undefined ? undefined : { record: { config: configOf(state.metric) } }
  }
  const deps = { store: { getSweep } as unknown as Store, clock: { now: () => state.now } }
  const metricOf = async () => (await cachedJudge(deps, key))?.objective?.objective.metric
  return { state, deps, metricOf }
}

it('reads the sweep once for many reports', async () => {
  const { state, metricOf } = fake('loss')
  for (let second = 0; second < 30; second++) {
    state.now = second * 1000
    expect(await metricOf()).toBe('loss')
  }
  expect(state.reads).toBe(1)
})

it('sees a changed config within 30 seconds, and at once after evictObjective', async () => {
  const { state, deps, metricOf } = fake('loss')
  await metricOf()
  state.metric = 'accuracy'
  expect(await metricOf()).toBe('loss')
  state.now = 30_000
  expect(await metricOf()).toBe('accuracy')
  state.metric = 'f1'
  evictObjective(deps, key)
  expect(await metricOf()).toBe('f1')
})

it('does not cache a missing sweep', async () => {
  const { state, metricOf } = fake()
  expect(await metricOf()).toBeUndefined()
  state.metric = 'loss'
  expect(await metricOf()).toBe('loss')
})

it('has a cache per store', async () => {
  const [one, other] = [fake('loss'), fake('accuracy')]
  expect([await one.metricOf(), await other.metricOf()]).toEqual(['loss', 'accuracy'])
})

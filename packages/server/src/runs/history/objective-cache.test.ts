import { parseSweepConfig } from '@chimney/core/schema/parse-sweep-config'
import { expect, it } from 'vitest'
import type { Store } from '../../store/store.ts'
import { cachedObjective, evictObjective } from './objective-cache.ts'

const key = { entity: 'acme', project: 'digits', sweep: 'abcd1234' }
const configOf = (metric: string) =>
  parseSweepConfig(
    JSON.stringify({ method: 'random', metric: { name: metric }, parameters: { lr: { values: [1, 2] } } }),
  ).config

/** A store with one sweep, which counts how often it is read. */
function fake(metric?: string) {
  const state = { reads: 0, now: 0, metric }
  const getSweep = async () => {
    state.reads++
    return state.metric === undefined ? undefined : { record: { config: configOf(state.metric) } }
  }
  const deps = { store: { getSweep } as unknown as Store, clock: { now: () => state.now } }
  const told = async () => (await cachedObjective(deps, key))?.objective.metric
  return { state, deps, told }
}

it('reads a sweep once while many metrics come in', async () => {
  const { state, told } = fake('loss')
  for (let second = 0; second < 30; second++) {
    state.now = second * 1000
    expect(await told()).toBe('loss')
  }
  expect(state.reads).toBe(1)
})

it('follows a change of the config within 30 seconds, and at once where it was made', async () => {
  const { state, deps, told } = fake('loss')
  await told()
  state.metric = 'accuracy'
  expect(await told()).toBe('loss')
  state.now = 30_000
  expect(await told()).toBe('accuracy')
  state.metric = 'f1'
  evictObjective(deps, key)
  expect(await told()).toBe('f1')
})

it('looks for a missing sweep every time', async () => {
  const { state, told } = fake()
  expect(await told()).toBeUndefined()
  state.metric = 'loss'
  expect(await told()).toBe('loss')
})

it('keeps stores apart', async () => {
  const [one, other] = [fake('loss'), fake('accuracy')]
  expect([await one.told(), await other.told()]).toEqual(['loss', 'accuracy'])
})

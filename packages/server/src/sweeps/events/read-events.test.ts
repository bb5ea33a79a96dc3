import type { SweepKey } from '@chimney/core/schema/names'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sweepHead, sweepRecord, T0, trialRecord } from '../../../../../test/suites/store.fixtures.ts'
import { type TestApp, testApp } from '../../http/test-app.ts'
import { FIRST_EVENT } from './event-cursor.ts'
import { readChanges, readEvents } from './read-events.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.stop())

it('splits a long list over several answers, each trial at least once, and advances the cursor only at the end', async () => {
  const { store } = app.deps
  const key: SweepKey = { entity: 'acme', project: 'digits', sweep: 'long0000' }
  await store.createSweep(sweepRecord(key), sweepHead({ taken: 25 }))
  for (let number = 1; number <= 25; number++)
    await store.createTrial(
      trialRecord({ ...key, number }, { state: number === 12 ? 'running' : 'finished' }),
    )
  app.clock.advance(60_000)
  const seen: number[] = []
  let cursor = FIRST_EVENT
  const sweep = (await store.getSweep(key))!
  do {
    const changes = await readChanges(app.deps, sweep, cursor, app.clock.now(), 10)
    seen.push(...changes.trials.map((trial) => trial.key.number))
    expect(changes.trials.length).toBeLessThanOrEqual(10)
    cursor = changes.cursor
  } while (cursor.rest)
  expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => i + 1))
  expect(cursor).toEqual({
    settled: 25,
    since: T0 + 50_000,
    open: [12],
    head: expect.stringMatching(/^[0-9a-f]{8}$/),
  })
  expect((await readEvents(app.deps, key, cursor))!.trials).toEqual([])
})

it('reports what happens after the clock was set back', async () => {
  const { store } = app.deps
  const key: SweepKey = { entity: 'acme', project: 'digits', sweep: 'clock000' }
  await store.createSweep(sweepRecord(key), sweepHead({ taken: 3 }))
  app.clock.advance(7_200_000)
  for (const number of [1, 2, 3])
    await store.createTrial(
      trialRecord(
        { ...key, number },
        { state: number === 1 ? 'finished' : 'running', updatedAt: app.clock.now() },
      ),
    )
  const first = (await readEvents(app.deps, key, FIRST_EVENT))!
  app.clock.advance(-7_200_000)
  await store.moveTrial({ ...key, number: 2 }, { state: 'queued', attempt: 1 }, app.clock.now())
  const second = (await readEvents(app.deps, key, first.cursor))!
  expect(second.trials).toMatchObject([{ key: { number: 2 }, state: 'queued' }, { key: { number: 3 } }])
  app.clock.advance(60_000)
  await store.moveTrial({ ...key, number: 3 }, { state: 'queued', attempt: 1 }, app.clock.now())
  const third = (await readEvents(app.deps, key, second.cursor))!
  expect(third.trials.at(-1)).toMatchObject({ key: { number: 3 }, state: 'queued' })
})

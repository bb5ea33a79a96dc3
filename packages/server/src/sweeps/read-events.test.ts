import type { SweepKey } from '@chimney/core/schema/names'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sweepHead, sweepRecord, T0, trialRecord } from '../../../../test/suites/store.fixtures.ts'
import { type TestApp, testApp } from '../http/test-app.ts'
import { EVENTS_BEGIN } from './event-cursor.ts'
import { readEvents } from './read-events.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.stop())

it('tells a long list in several answers, each trial at least once, and moves on only at the end', async () => {
  const { store } = app.deps
  const key: SweepKey = { entity: 'acme', project: 'digits', sweep: 'long0000' }
  await store.createSweep(sweepRecord(key), sweepHead({ taken: 2_500 }))
  for (let from = 1; from <= 2_500; from += 250)
    await Promise.all(
      Array.from({ length: 250 }, (_, i) =>
        store.createTrial(
          trialRecord({ ...key, number: from + i }, { state: from + i === 1_200 ? 'running' : 'finished' }),
        ),
      ),
    )
  app.clock.advance(60_000)
  const seen: number[] = []
  let cursor = EVENTS_BEGIN
  do {
    const changes = await readEvents(app.deps, key, cursor)
    seen.push(...changes!.trials.map((trial) => trial.key.number))
    expect(changes!.trials.length).toBeLessThanOrEqual(1_000)
    cursor = changes!.cursor
  } while (cursor.rest)
  expect(seen).toEqual(Array.from({ length: 2_500 }, (_, i) => i + 1))
  expect(cursor).toEqual({ settled: 1_199, since: T0 + 50_000 })
  expect((await readEvents(app.deps, key, cursor))!.trials).toEqual([])
})

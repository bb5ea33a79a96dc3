import { Float, stringifyJson } from '@chimney/core/schema/json'
import type { SweepKey } from '@chimney/core/schema/names'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sweepHead, sweepRecord, trialRecord } from '../../../../../test/suites/store.fixtures.ts'
import type { Deps } from '../../deps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { FIRST_EVENT, parseEventCursor } from '../../sweeps/events/event-cursor.ts'
import { trialBody } from '../responses/bodies.ts'
import { type TestApp, testApp } from '../test-app.ts'
import { cachedTrialPages } from './cached-trial-pages.ts'
import { eventsPart } from './events-body.ts'

const COUNT = 1_100
let app: TestApp
beforeAll(async () => {
  app = await testApp()
  key = whole
  await sweepOf(numbersUpTo(COUNT).map((number) => trialOf(number)))
})
afterAll(() => app.stop())

/** All of its trials have ended. */
const whole: SweepKey = { entity: 'acme', project: 'digits', sweep: 'whole000' }
let key: SweepKey
/** Numbers of trials that were read from the table. */
let read: number
let deps: Pick<Deps, 'store' | 'files' | 'clock' | 'settings'>
beforeEach(() => {
  key = whole
  read = 0
  const { store } = app.deps
  deps = {
    ...app.deps,
    store: {
      ...store,
      listTrials: async (...of) => {
        const trials = await store.listTrials(...of)
        read += trials.length
        return trials
      },
    },
  }
})

const trialOf = (number: number, change: Partial<TrialRecord> = {}) =>
  trialRecord(
    { ...key, number },
    { state: 'finished', params: { momentum: new Float(1), name: `ü${number}` }, ...change },
  )
async function sweepOf(trials: readonly TrialRecord[]): Promise<void> {
  const open = trials.findIndex(({ state }) => state === 'running')
  const settled = open < 0 ? trials.length : open
  await app.deps.store.createSweep(sweepRecord(key), sweepHead({ taken: trials.length, settled }))
  for (let at = 0; at < trials.length; at += 100)
    await Promise.all(trials.slice(at, at + 100).map((trial) => app.deps.store.createTrial(trial)))
  app.clock.advance(60_000)
}
const numbersUpTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1)
const ask = async (cursor = FIRST_EVENT) =>
  new TextDecoder().decode((await eventsPart(deps, key, cursor))!.json)

describe('cached pages of ended trials', () => {
  it('equal the trials one by one, on the first read and from the cache, then without the table', async () => {
    const trials = numbersUpTo(COUNT).map((number) => trialOf(number))
    const first = await ask()
    expect(first).toContain(stringifyJson(trialBody(trials[0]!) as never))
    expect(JSON.parse(first).trials).toEqual(
      trials.map((trial) => JSON.parse(stringifyJson(trialBody(trial) as never))),
    )
    expect(JSON.parse(first).more).toBeUndefined()
    read = 0
    expect(await ask()).toBe(first)
    expect(read).toBe(COUNT % 500)
  })

  it('move the cursor past them, so that later responses have only changes', async () => {
    key = { ...whole, sweep: 'open0000' }
    await sweepOf(numbersUpTo(COUNT).map((n) => trialOf(n, n === 1_050 ? { state: 'running' } : {})))
    const { cursor } = JSON.parse(await ask())
    // 't6' is 1050 in base 36: the open trial.
    expect(cursor).toMatch(/^1100\.\d+~[0-9a-f]{8}-t6$/)
    expect(JSON.parse(await ask(parseEventCursor(cursor))).trials).toEqual([])
  })

  it('are cached with crashed trials too, of which only those are read from the table', async () => {
    key = { ...whole, sweep: 'crashed0' }
    const crashed = [3, 250, 499]
    const at = app.clock.now()
    await sweepOf(
      numbersUpTo(500).map((n) => trialOf(n, crashed.includes(n) ? { state: 'crashed', updatedAt: at } : {})),
    )
    await ask()
    read = 0
    expect(JSON.parse(await ask()).trials[249]).toMatchObject({ number: 250, state: 'crashed' })
    expect(read).toBe(0)
    const end = { state: 'finished', attempt: 1, value: 7, loss: 7 } as const
    await app.deps.store.closeTrial({ ...key, number: 250 }, end, app.clock.now())
    for (let look = 0; look < 2; look++) {
      const { trials } = JSON.parse(await ask())
      expect(trials[249]).toMatchObject({ number: 250, state: 'finished', value: 7 })
      expect(trials.map(({ number }: { number: number }) => number)).toEqual(numbersUpTo(500))
    }
    expect(JSON.parse(await ask()).trials[2]).toMatchObject({ state: 'crashed' })
  })

  it('are split over several responses when they are too large for one', async () => {
    const sweep = (await deps.store.getSweep(key))!
    const all = await cachedTrialPages(deps, sweep, 0)
    expect(all).toMatchObject({ upTo: 1_000, full: false })
    const one = await cachedTrialPages(deps, sweep, 0, all.texts[0]!.length + 1)
    expect(one).toMatchObject({ texts: { length: 1 }, upTo: 500, full: true })
    // One page even above the limit: a response without progress would be requested again forever.
    const none = await cachedTrialPages(deps, sweep, 500, 10)
    expect(none).toMatchObject({ texts: { length: 1 }, upTo: 1_000, full: false })
  })

  it('end before a page with many possible late results, which follows with all later trials', async () => {
    key = { ...whole, sweep: 'late0000' }
    const late = { state: 'crashed', updatedAt: app.clock.now() } as const
    await sweepOf(numbersUpTo(COUNT).map((n) => trialOf(n, n > 700 && n < 730 ? late : {})))
    expect(await cachedTrialPages(deps, (await deps.store.getSweep(key))!, 0)).toMatchObject({ upTo: 500 })
    const numbers = JSON.parse(await ask()).trials.map(({ number }: { number: number }) => number)
    expect(numbers).toEqual(numbersUpTo(COUNT))
  })

  it('are read trial by trial when the cursor is within one', async () => {
    const { trials } = JSON.parse(await ask({ settled: 600, since: 0 }))
    expect(trials[0].number).toBe(601)
    expect(trials).toHaveLength(COUNT - 600)
  })
})

it('has the cached format; a change of this text must raise FORMAT', () => {
  const full = trialOf(1, {
    key: { entity: 'acme', project: 'digits', sweep: 'abc', number: 1 },
    run: 'abc-1',
    value: 0.5,
    loss: 0.5,
    rung: 2,
    values: [0.5, 3],
    violation: 0,
    reason: 'why',
    agent: 'gpu',
    suggestedBy: { arm: 'random', why: 'drawn' },
    createdAt: 0,
    startedAt: 1,
    updatedAt: 2,
  })
  expect(stringifyJson(trialBody(full) as never)).toBe(
    '{"number":1,"run":"abc-1","params":{"momentum":1.0,"name":"ü1"},"state":"finished","attempt":1,"value":0.5,"rung":2,"values":[0.5,3],"feasible":true,"reason":"why","agent":"gpu","suggested_by":{"arm":"random","why":"drawn"},"created_at":"1970-01-01T00:00:00.000Z","started_at":"1970-01-01T00:00:00.001Z","updated_at":"1970-01-01T00:00:00.002Z"}',
  )
})

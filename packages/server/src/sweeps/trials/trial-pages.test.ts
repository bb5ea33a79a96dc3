import { Float } from '@chimney/core/schema/json'
import type { SweepKey } from '@chimney/core/schema/names'
import { beforeEach, expect, it } from 'vitest'
import type { Files } from '../../files/files.ts'
import type { Store } from '../../store/store.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { cacheTrialPage, deleteTrialPages, readTrialPages, TRIALS_PER_PAGE } from './trial-pages.ts'

const key: SweepKey = { entity: 'acme', project: 'digits', sweep: 'abc' }
let cached: Map<string, Uint8Array>
let trials: TrialRecord[]
/** How many trials were read from the table. */
let read: number
beforeEach(() => {
  cached = new Map()
  read = 0
  trials = Array.from({ length: 10_000 }, (_, i) => trial(i + 1))
})

const trial = (number: number): TrialRecord => ({
  key: { ...key, number },
  run: `abc-${number}`,
  params: { lr: 0.1 / number, momentum: new Float(1) },
  state: 'finished',
  attempt: 1,
  value: number,
  loss: number,
  createdAt: 0,
  updatedAt: number,
})
const store = {
  listTrials: async (_, { after, upTo = Number.POSITIVE_INFINITY, limit }) => {
    const found = trials.filter(({ key: { number } }) => number > after && number <= upTo).slice(0, limit)
    read += found.length
    return found
  },
} as Pick<Store, 'listTrials'> as Store
const files = {
  get: async (name) => cached.get(name),
  put: async (name, bytes) => void cached.set(name, bytes),
  list: async (prefix) =>
    [...cached.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => ({ key: name, size: 0, updatedAt: 0 })),
  delete: async (name) => void cached.delete(name),
} as Pick<Files, 'get' | 'put' | 'list' | 'delete'> as Files
const deps = { store, files, clock: { now: () => 1_000_000 } }
const sweep = (taken: number) => ({
  record: { key, createdAt: 5 } as SweepRecord,
  head: { settled: taken, taken } as SweepHead,
})
const all = async (taken: number) => {
  const found: TrialRecord[] = []
  for (let after = 0; ; after = found.at(-1)!.key.number) {
    const page = await readTrialPages(deps, sweep(taken), { after, limit: 4_000 })
    found.push(...page)
    if (page.length < 4_000) return found
  }
}

it('returns the same trials as the table, and reads only the last page from it the second time', async () => {
  trials[5] = { ...trials[5]!, value: Number.NEGATIVE_INFINITY }
  expect(await all(9_990)).toEqual(trials)
  expect(read).toBe(10_000)
  read = 0
  expect(await all(9_990)).toEqual(trials)
  // A tenth of a read unit each (test/store.costs.test.ts).
  expect(read).toBe(TRIALS_PER_PAGE)
})

it('reads pages that were cached when they became full', async () => {
  for (const page of [0, 1]) await cacheTrialPage(deps, sweep(0), page)
  expect(cached.size).toBe(2)
  read = 0
  await readTrialPages(deps, sweep(1_499), { after: 0, limit: 1_000 })
  expect(read).toBe(0)
})

it('starts in the middle of a page', async () => {
  const page = await readTrialPages(deps, sweep(10_000), { after: 777, limit: 30 })
  expect(page.map(({ key: { number } }) => number)).toEqual(Array.from({ length: 30 }, (_, i) => 778 + i))
})

const firstPage = () => readTrialPages(deps, sweep(10_000), { after: 0, limit: TRIALS_PER_PAGE })

it.each([
  ['an open trial', { state: 'running' }],
  ['a crashed trial, whose result may still come', { state: 'crashed', updatedAt: 999_999 }],
] as const)('reads %s of a cached page from the table until it cannot change', async (_, change) => {
  trials[3] = { ...trials[3]!, ...change }
  expect((await firstPage())[3]).toEqual(trials[3])
  trials[3] = trial(4)
  for (const reads of [1, 0]) {
    read = 0
    expect((await firstPage())[3]).toEqual(trial(4))
    expect(read).toBe(reads)
  }
})

it('does not cache a page of which many trials are open', async () => {
  for (let i = 0; i < 26; i++) trials[i] = { ...trials[i]!, state: 'running' }
  await firstPage()
  expect(cached.size).toBe(0)
  trials[0] = trial(1)
  await firstPage()
  expect(cached.size).toBe(1)
})

it('does not cache a page of which a trial is missing', async () => {
  trials.splice(7, 1)
  expect(await firstPage()).toEqual(trials.slice(0, TRIALS_PER_PAGE))
  expect(cached.size).toBe(0)
})

it('returns the trials when the cache cannot be written', async () => {
  const broken = { ...deps, files: { ...files, put: () => Promise.reject(new Error('full')) } }
  expect(await readTrialPages(broken, sweep(500), { after: 0, limit: 500 })).toHaveLength(500)
})

it('deletes the pages of a sweep, and none of another', async () => {
  await all(1_000)
  cached.set('trials/acme/digits/abcd-5/1-0.json.gz', new Uint8Array())
  await deleteTrialPages(deps, { key, createdAt: 5 })
  expect([...cached.keys()]).toEqual(['trials/acme/digits/abcd-5/1-0.json.gz'])
})

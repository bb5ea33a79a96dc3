import type { Json } from '@chimney/core/schema/json'
import type { RunKey } from '@chimney/core/schema/names'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runLive, runRecord } from '../../../../../test/suites/store.fixtures.ts'
import { type TestApp, testApp } from '../../http/test-app.ts'
import { readHistory } from './read-history.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.stop())

const ALL = { series: 'metrics', from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1_000 } as const

async function runWith(attempt: number, logged: readonly { attempt: number; rows: Record<number, Json> }[]) {
  const key: RunKey = { entity: 'acme', project: 'digits', run: app.deps.randomId(8) }
  const all = logged.flatMap(({ rows }) => Object.keys(rows).map(Number))
  await app.deps.store.createRun(runRecord(key), runLive(key, { attempt, lastIndex: Math.max(-1, ...all) }))
  for (const [i, { attempt, rows }] of logged.entries())
    await app.deps.store.putChunk(key, 'metrics', {
      attempt,
      receivedAt: i,
      rows: Object.entries(rows).map(([index, a]) => ({ index: Number(index), at: i, values: { a } })),
    })
  return key
}
const read = async (key: RunKey, more: object = {}) =>
  (await readHistory(app.deps, key, { ...ALL, ...more }))?.rows.map((row) => [row.index, row.values.a])

it('replaces the rows of older attempts from the first step of a newer one', async () => {
  const key = await runWith(2, [
    { attempt: 1, rows: { 1: 'a', 2: 'a', 3: 'a', 9: 'a' } },
    { attempt: 2, rows: { 2: 'b', 4: 'b' } },
  ])
  expect(await read(key)).toEqual([
    [1, 'a'],
    [2, 'b'],
    [4, 'b'],
  ])
})

it('replaces rows in the range by a newer attempt that started before it', async () => {
  const key = await runWith(2, [
    { attempt: 1, rows: { 1: 'a', 8: 'a' } },
    { attempt: 2, rows: { 2: 'b' } },
  ])
  expect(await read(key, { from: 5 })).toEqual([])
})

it('returns the value that was received last', async () => {
  const key = await runWith(1, [
    { attempt: 1, rows: { 1: 'early' } },
    { attempt: 1, rows: { 1: 'late' } },
  ])
  expect(await read(key)).toEqual([[1, 'late']])
})

it('returns no rows for an empty range and for a run without history', async () => {
  expect(await read(await runWith(1, []))).toEqual([])
  expect(await read(await runWith(1, [{ attempt: 1, rows: { 1: 1 } }]), { from: 2, to: 1 })).toEqual([])
})

it('returns undefined for a missing run', async () => {
  expect(await readHistory(app.deps, { entity: 'acme', project: 'digits', run: 'none' }, ALL)).toBeUndefined()
})

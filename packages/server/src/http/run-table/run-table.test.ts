import type { RunKey } from '@chimney/core/schema/names'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { memoryFiles } from '../../../../../test/suites/memory-files.ts'
import { runLive, runRecord } from '../../../../../test/suites/store.fixtures.ts'
import { updateRun } from '../../runs/lifecycle/update-run.ts'
import { PROJECT, type TestApp, testApp } from '../test-app.ts'
import { runTable } from './run-table.ts'

const RUNS = 1_200
const at = { entity: 'acme', project: 'digits' }
const keyOf = (i: number): RunKey => ({ ...at, run: `r${i}` })
let app: TestApp
/** Runs that were read from the table. */
let read = 0
let deps: TestApp['deps']
beforeAll(async () => {
  app = await testApp()
  const { store } = app.deps
  const getRuns: typeof store.getRuns = (keys) => {
    read += keys.length
    return store.getRuns(keys)
  }
  deps = { ...app.deps, files: memoryFiles(), store: { ...store, getRuns } }
  for (let from = 0; from < RUNS; from += 100)
    await Promise.all(
      Array.from({ length: 100 }, (_, i) => {
        const key = keyOf(from + i)
        const at = app.clock.now() + from + i
        return store.createRun(
          runRecord(key, { createdAt: at, displayName: `run ${from + i}` }),
          runLive(key, { state: from + i === 7 ? 'running' : 'finished', summary: `{"loss":${from + i}}` }),
        )
      }),
    )
})
afterAll(() => app.stop())

const rows = async () => {
  read = 0
  const { rows, next } = await runTable(deps, at, undefined)
  expect(next).toBeUndefined()
  return rows.map((row) => JSON.parse(row))
}

it('has every run once, oldest first, and reads few of them from the table the second time', async () => {
  const first = await rows()
  expect(first.map(({ id }) => id)).toEqual(Array.from({ length: RUNS }, (_, i) => `r${i}`))
  expect(read).toBe(RUNS)
  expect(await rows()).toEqual(first)
  // The running one, and the runs after the last block.
  expect(read).toBeLessThan(600)
  expect(first[3]).toMatchObject({ name: 'run 3', state: 'finished', summary: { loss: 3 } })
})

it('has what was changed after the end of a run at once, and from its file later', async () => {
  await rows()
  const before = read
  await updateRun(deps, keyOf(5), { tags: ['kept'], name: 'five' })
  const isChanged = async () => expect((await rows())[5]).toMatchObject({ name: 'five', tags: ['kept'] })
  await isChanged()
  expect(read).toBe(before + 1)
  app.clock.advance(6 * 60_000)
  await isChanged()
  await isChanged()
  expect(read).toBe(before)
  expect(await deps.store.listDocuments(at, 'edited-runs/')).toEqual([])
})

it('has the end of a run', async () => {
  const { status } = await app.call('POST', `${PROJECT}/runs/r7/finish`, { body: { state: 'failed' } })
  expect(status).toBe(200)
  expect((await rows())[7]).toMatchObject({ state: 'failed' })
})

it('leaves out deleted runs and reads only their block again', async () => {
  await rows()
  const before = read
  const { status } = await app.call('DELETE', `${PROJECT}/runs/r2`)
  expect(status).toBe(204)
  expect((await rows()).map(({ id }) => id)).not.toContain('r2')
  expect(read).toBeLessThan(RUNS)
  await rows()
  expect(read).toBeLessThanOrEqual(before)
})

it('splits a long table over several answers, and leaves out long values', async () => {
  const key = keyOf(3)
  await updateRun(deps, key, { config: { text: 'x'.repeat(300), lr: 0.1, net: { layers: 3 } } })
  const { body } = await app.call('GET', `${PROJECT}/run-table`)
  expect(body.items.find(({ id }: { id: string }) => id === 'r3').config).toMatchObject({
    lr: 0.1,
    net: { layers: 3 },
  })
  expect(JSON.stringify(body)).not.toContain('xxxx')
  const ids: string[] = []
  let pages = 0
  for (let after: string | undefined; ; pages++) {
    const { rows, next } = await runTable(deps, at, after, 20_000)
    ids.push(...rows.map((row) => JSON.parse(row).id))
    if (next === undefined) break
    after = next
  }
  expect(pages).toBeGreaterThan(1)
  expect(ids).toEqual(body.items.map(({ id }: { id: string }) => id))
})

it('answers 404 for a project that does not exist', async () => {
  expect((await app.call('GET', '/v1/acme/none/run-table')).status).toBe(404)
})

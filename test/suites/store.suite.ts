import { createHash } from 'node:crypto'
import { Float } from '@chimney/core/schema/json'
import type { ProjectKey, RunKey, SweepKey } from '@chimney/core/schema/names'
import type { Row } from '@chimney/server/store/codec/chunk'
import type { Paged } from '@chimney/server/store/page'
import type { RepairRecord } from '@chimney/server/store/repairs'
import type { Store } from '@chimney/server/store/store'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { amendmentPromises } from './amendment-promises.ts'
import { NO_ENDS, runLive, runRecord, sweepHead, sweepRecord, T0, trialRecord } from './store.fixtures.ts'

/** Text that deflates to three quarters of its length and no less. */
const noise = (length: number, seed: number): string =>
  createHash('shake256', { outputLength: Math.ceil((length * 3) / 4) })
    .update(String(seed))
    .digest('base64')
    .slice(0, length)

export interface OpenStore {
  readonly store: Store
  readonly close: () => Promise<void>
}

/**
 * The promises of the store, for every engine. Each test has its own entity, so they can share a table. `cannot`
 * lists the titles that an engine cannot keep, each with its reason.
 */
export function storeSuite(
  engine: string,
  open: () => Promise<OpenStore>,
  cannot: Record<string, string> = {},
): void {
  describe(`a store on ${engine}`, () => {
    let store: Store
    let close = async () => {}
    beforeAll(async () => {
      const opened = await open()
      store = opened.store
      close = opened.close
    })
    afterAll(() => close())

    let counter = 0
    /** A project that no other test knows. */
    const freshProject = (): ProjectKey => ({ entity: `team ${++counter}`, project: 'digits. v-1' })
    const sweepIn = (project: ProjectKey): SweepKey => ({ ...project, sweep: `s${(++counter).toString(36)}` })
    const runIn = (project: ProjectKey): RunKey => ({ ...project, run: `run ${++counter} ü/%` })
    async function freshSweep(more: Parameters<typeof sweepHead>[0] = {}) {
      const key = sweepIn(freshProject())
      await store.createSweep(sweepRecord(key), sweepHead(more))
      return key
    }
    async function freshRun() {
      const key = runIn(freshProject())
      await store.createRun(runRecord(key), runLive(key))
      return key
    }
    const promise = (title: string, test: () => Promise<void>) =>
      title in cannot ? it.skip(`${title} (${cannot[title]})`, test) : it(title, test)

    async function allPages<T>(list: (cursor: string | undefined) => Promise<Paged<T>>) {
      const pages: (readonly T[])[] = []
      let cursor: string | undefined
      do {
        const page: Paged<T> = await list(cursor)
        pages.push(page.items)
        cursor = page.cursor
      } while (cursor !== undefined)
      return pages
    }

    describe('projects', () => {
      promise('makes a project once', async () => {
        const key = freshProject()
        expect(await store.getProject(key)).toBeUndefined()
        expect(await store.ensureProject(key, T0)).toBe(true)
        expect(await store.ensureProject(key, T0 + 1)).toBe(false)
        expect(await store.getProject(key)).toEqual({ ...key, createdAt: T0 })
      })

      promise('lists projects by name, page by page, and only those of the entity', async () => {
        const { entity } = freshProject()
        for (const project of ['b', 'a b', 'a', 'c']) await store.ensureProject({ entity, project }, T0)
        await store.ensureProject({ ...freshProject(), project: 'other' }, T0)
        const pages = await allPages((cursor) => store.listProjects(entity, { cursor, limit: 2 }))
        expect(pages.map((page) => page.map(({ project }) => project))).toEqual([
          ['a', 'a b'],
          ['b', 'c'],
        ])
      })
    })

    describe('entities', () => {
      promise('are created once, also when two come at once, and are listed by name', async () => {
        const { entity } = freshProject()
        const [one, two] = [`${entity} b`, `${entity} a/ä`]
        const won = await Promise.all([1, 2].map(() => store.putEntity({ entity: one, createdAt: T0 })))
        expect(won.filter(Boolean)).toHaveLength(1)
        expect(await store.putEntity({ entity: two, createdAt: T0 + 1 })).toBe(true)
        expect(await store.getEntity(one)).toEqual({ entity: one, createdAt: T0 })
        expect(await store.getEntity(entity)).toBeUndefined()
        const ours = (await store.listEntities()).filter((record) => record.entity.startsWith(`${entity} `))
        expect(ours).toEqual([
          { entity: two, createdAt: T0 + 1 },
          { entity: one, createdAt: T0 },
        ])
      })
    })

    describe('API keys', () => {
      const keyOf = (entity: string, id = 'k1') => ({
        id,
        hash: `hash ${entity} ${id}`,
        entity,
        name: 'laptop',
        createdAt: T0,
      })

      promise('finds a key by its hash and lists it', async () => {
        const key = keyOf(freshProject().entity)
        expect(await store.putKey(key)).toBe(true)
        expect(await store.findKey(key.hash)).toEqual(key)
        expect(await store.listKeys(key.entity)).toEqual([key])
        expect(await store.findKey('unknown')).toBeUndefined()
      })

      promise('refuses a hash that is there, and leaves no trace of the refusal', async () => {
        const key = keyOf(freshProject().entity)
        await store.putKey(key)
        expect(await store.putKey(key)).toBe(false)
        expect(await store.putKey({ ...key, id: 'k2' })).toBe(false)
        expect(await store.listKeys(key.entity)).toEqual([key])
      })

      promise('lets one of two equal keys in when both come at once', async () => {
        const key = keyOf(freshProject().entity)
        const won = await Promise.all([store.putKey({ ...key, id: 'a' }), store.putKey({ ...key, id: 'b' })])
        expect(won.filter(Boolean)).toHaveLength(1)
        expect((await store.listKeys(key.entity)).map(({ id }) => id)).toEqual([won[0] ? 'a' : 'b'])
      })

      promise('revokes a key once, and its hash stops working', async () => {
        const key = keyOf(freshProject().entity)
        await store.putKey(key)
        expect(await store.revokeKey('another entity', key.id)).toBe(false)
        expect(await store.revokeKey(key.entity, key.id)).toBe(true)
        expect(await store.revokeKey(key.entity, key.id)).toBe(false)
        expect(await store.findKey(key.hash)).toBeUndefined()
        expect(await store.listKeys(key.entity)).toEqual([])
      })
    })

    describe('sweeps', () => {
      promise('reads back both halves as they were written, floats and all', async () => {
        const key = sweepIn(freshProject())
        const record = sweepRecord(key, {
          displayName: 'ünï',
          description: 'x'.repeat(5_000),
          warnings: ['w'],
          requestHash: 'h',
        })
        const head = sweepHead({
          limit: 20,
          taken: 7,
          enqueued: [2, 5],
          waiting: [3, 4],
          ended: { finished: 1, failed: 2, stopped: 3, killed: 4, crashed: 5 },
          best: { number: 3, run: 'r3', value: -1e200, loss: 1e200 },
          settled: 1,
        })
        expect(await store.getSweep(key)).toBeUndefined()
        expect(await store.getHead(key)).toBeUndefined()
        expect(await store.createSweep(record, head)).toBe(true)
        expect(await store.getSweep(key)).toEqual({ record, head })
        expect(await store.getHead(key)).toEqual(head)
      })

      promise('keeps a sweep id unique in the deployment', async () => {
        const key = await freshSweep()
        const elsewhere = { ...freshProject(), sweep: key.sweep }
        expect(await store.createSweep(sweepRecord(key, { seed: 7 }), sweepHead())).toBe(false)
        expect(await store.createSweep(sweepRecord(elsewhere), sweepHead())).toBe(false)
        expect(await store.getSweep(elsewhere)).toBeUndefined()
        expect(await store.findSweep(key.sweep)).toEqual(key)
        expect(await store.findSweep('nosuch')).toBeUndefined()
      })

      promise('lets one of many creates with one id win', async () => {
        const { sweep } = sweepIn(freshProject())
        const keys = Array.from({ length: 8 }, () => ({ ...freshProject(), sweep }))
        const won = await Promise.all(keys.map((key) => store.createSweep(sweepRecord(key), sweepHead())))
        expect(won.filter(Boolean)).toHaveLength(1)
        expect(await store.findSweep(sweep)).toEqual(keys[won.indexOf(true)])
      })

      promise('replaces the record only over the revision before', async () => {
        const key = await freshSweep()
        const next = sweepRecord(key, { displayName: 'new', rev: 2 })
        expect(await store.replaceSweep(next)).toBe(true)
        expect(await store.replaceSweep({ ...next, displayName: 'late' })).toBe(false)
        expect(await store.replaceSweep(sweepRecord(sweepIn(freshProject()), { rev: 2 }))).toBe(false)
        expect((await store.getSweep(key))?.record).toEqual(next)
      })

      promise('gives 50 takers 50 different numbers, without a hole', async () => {
        const key = await freshSweep()
        const taken = await Promise.all(Array.from({ length: 50 }, () => store.takeNumbers(key, 1, T0 + 5)))
        const numbers = taken.map((one) => one?.first ?? Number.NaN).sort((a, b) => a - b)
        expect(numbers).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
        expect(await store.getHead(key)).toMatchObject({ taken: 50, updatedAt: T0 + 5, rev: 1 })
      })

      promise('never hands out a number above the limit', async () => {
        const key = await freshSweep({ limit: 23 })
        const taken = await Promise.all(Array.from({ length: 30 }, () => store.takeNumbers(key, 1, T0)))
        expect(taken.filter((one) => one !== undefined)).toHaveLength(23)
        expect((await store.getHead(key))?.taken).toBe(23)
      })

      promise('takes numbers only if the given count was taken before', async () => {
        const key = await freshSweep({ limit: 10, taken: 3 })
        expect(await store.takeNumbers(key, 1, T0, 2)).toBeUndefined()
        const taken = await Promise.all([store.takeNumbers(key, 1, T0, 3), store.takeNumbers(key, 2, T0, 3)])
        expect(taken.filter((one) => one !== undefined)).toHaveLength(1)
        expect(await store.takeNumbers(key, 9, T0, taken[0] ? 4 : 5)).toBeUndefined()
      })

      promise('takes several numbers whole or not at all', async () => {
        const key = await freshSweep({ limit: 10, taken: 3 })
        expect(await store.takeNumbers(key, 8, T0)).toBeUndefined()
        const taken = await store.takeNumbers(key, 7, T0)
        expect(taken?.first).toBe(4)
        expect(taken?.head).toMatchObject({ taken: 10, limit: 10 })
      })

      promise('takes nothing from a sweep that is not running or not there', async () => {
        for (const state of ['paused', 'finished', 'cancelled'] as const)
          expect(await store.takeNumbers(await freshSweep({ state }), 1, T0)).toBeUndefined()
        expect(await store.takeNumbers(sweepIn(freshProject()), 1, T0)).toBeUndefined()
      })

      promise('replaces the head without touching counters, waiting and best', async () => {
        const best = { number: 1, run: 'r1', value: 0.5, loss: 0.5 }
        const key = await freshSweep({ limit: 5, taken: 2, waiting: [1], best })
        await store.countEnded(key, 'finished', undefined, T0)
        const next = sweepHead({ state: 'paused', limit: 9, taken: 2, settled: 1, rev: 2, updatedAt: T0 + 1 })
        expect(await store.replaceHead(key, next, 0)).toBe(true)
        expect(await store.getHead(key)).toEqual({
          ...next,
          waiting: [1],
          best,
          ended: { ...NO_ENDS, finished: 1 },
        })
        expect(await store.replaceHead(key, { ...next, state: 'running' }, 0)).toBe(false)
      })

      promise('takes a number while replacing the head, and fails when another took one', async () => {
        const key = await freshSweep({ limit: 5 })
        const next = sweepHead({ limit: 5, taken: 1, enqueued: [1], rev: 2 })
        expect(await store.replaceHead(key, next, 1)).toBe(true)
        expect(await store.getHead(key)).toEqual(next)
        await store.takeNumbers(key, 1, T0)
        const stale = sweepHead({ limit: 5, taken: 2, enqueued: [1, 2], rev: 3 })
        expect(await store.replaceHead(key, stale, 1)).toBe(false)
        expect(await store.getHead(key)).toMatchObject({ taken: 2, enqueued: [1], rev: 2 })
      })

      promise('honours a limit that was raised, lowered or lifted', async () => {
        const key = await freshSweep({ limit: 1, taken: 1 })
        expect(await store.takeNumbers(key, 1, T0)).toBeUndefined()
        await store.replaceHead(key, sweepHead({ limit: 2, taken: 1, rev: 2 }), 0)
        expect((await store.takeNumbers(key, 1, T0))?.first).toBe(2)
        expect(await store.takeNumbers(key, 1, T0)).toBeUndefined()
        await store.replaceHead(key, sweepHead({ taken: 2, rev: 3 }), 0)
        const unlimited = await store.takeNumbers(key, 100, T0)
        expect(unlimited?.first).toBe(3)
        expect(unlimited?.head.limit).toBeUndefined()
        await store.replaceHead(key, sweepHead({ limit: 50, taken: 102, rev: 4 }), 0)
        expect(await store.takeNumbers(key, 1, T0)).toBeUndefined()
      })

      promise('counts ends, also when many come at once and when one replaces another', async () => {
        const key = await freshSweep({ taken: 20 })
        await Promise.all(Array.from({ length: 20 }, () => store.countEnded(key, 'crashed', undefined, T0)))
        const head = await store.countEnded(key, 'finished', 'crashed', T0 + 3)
        expect(head).toMatchObject({ ended: { ...NO_ENDS, crashed: 19, finished: 1 }, updatedAt: T0 + 3 })
        expect((await store.countEnded(key, 'failed', 'failed', T0))?.ended).toEqual(head?.ended)
        expect(await store.countEnded(sweepIn(freshProject()), 'failed', undefined, T0)).toBeUndefined()
      })

      promise('keeps why the last finished trial has no value, until one has', async () => {
        const key = await freshSweep({ taken: 5 })
        expect((await store.countEnded(key, 'finished', undefined, T0, 'no loss'))?.missing).toBe('no loss')
        await store.countEnded(key, 'failed', undefined, T0)
        const head = (await store.getHead(key))!
        expect(head.missing).toBe('no loss')
        expect(await store.replaceHead(key, { ...head, state: 'paused', rev: head.rev + 1 }, 0)).toBe(true)
        expect((await store.getHead(key))?.missing).toBe('no loss')
        expect(await store.countEnded(key, 'finished', undefined, T0)).not.toHaveProperty('missing')
      })

      promise('sets a recount only over the counters that were seen', async () => {
        const key = await freshSweep({ taken: 3 })
        const seen = (await store.getHead(key))!
        await store.countEnded(key, 'finished', undefined, T0)
        expect(await store.recount(key, seen, { ...NO_ENDS, failed: 3 })).toBe(false)
        const again = (await store.getHead(key))!
        expect(await store.recount(key, again, { ...NO_ENDS, failed: 3 })).toBe(true)
        expect(await store.getHead(key)).toEqual({ ...again, ended: { ...NO_ENDS, failed: 3 } })
      })

      promise('keeps the best trial, whatever the order of offers', async () => {
        const offers = [3, -1e300, 1e-300, 0.5, -2, 7].map((loss, i) => ({
          number: i + 1,
          run: `r${i}`,
          value: -loss,
          loss,
        }))
        const [one, other] = [await freshSweep(), await freshSweep()]
        for (const best of offers) await store.offerBest(one, best, undefined)
        for (const best of offers.toReversed()) await store.offerBest(other, best, undefined)
        for (const key of [one, other]) expect((await store.getHead(key))?.best).toEqual(offers[1])
        await store.offerBest(one, { ...offers[1]!, number: 9 }, undefined)
        expect((await store.getHead(one))?.best?.number).toBe(2)
        await store.offerBest(one, { ...offers[1]!, number: 1 }, undefined)
        expect((await store.getHead(one))?.best?.number).toBe(1)
        const missing = sweepIn(freshProject())
        await store.offerBest(missing, offers[0]!, undefined)
        expect(await store.getHead(missing)).toBeUndefined()
      })

      promise('keeps the set of waiting numbers under concurrent changes', async () => {
        const key = await freshSweep({ taken: 10 })
        await Promise.all([
          store.addWaiting(key, [3, 1], T0),
          store.addWaiting(key, [2, 3], T0),
          store.addWaiting(key, [], T0),
        ])
        expect((await store.getHead(key))?.waiting).toEqual([1, 2, 3])
        await Promise.all([
          store.removeWaiting(key, [1]),
          store.removeWaiting(key, [3, 9]),
          store.removeWaiting(key, []),
        ])
        expect((await store.getHead(key))?.waiting).toEqual([2])
        // Another writer has added to it since it was read.
        const { updatedAt } = (await store.getHead(key))!
        await store.addWaiting(key, [2], updatedAt + 1)
        expect(await store.removeWaiting(key, [2], updatedAt)).toBe(false)
        expect((await store.getHead(key))?.waiting).toEqual([2])
        expect(await store.removeWaiting(key, [2], updatedAt + 1)).toBe(true)
        expect((await store.getHead(key))?.waiting).toEqual([])
        const missing = sweepIn(freshProject())
        await store.addWaiting(missing, [1], T0)
        expect(await store.getHead(missing)).toBeUndefined()
      })

      promise('lists the sweeps of a project, newest first, page by page', async () => {
        const project = freshProject()
        const keys = Array.from({ length: 5 }, () => sweepIn(project))
        for (const [i, key] of keys.entries())
          await store.createSweep(sweepRecord(key, { createdAt: T0 + i }), sweepHead({ taken: i }))
        const pages = await allPages((cursor) => store.listSweeps(project, { cursor, limit: 2 }))
        const expected = keys.map((key, i) => ({
          record: sweepRecord(key, { createdAt: T0 + i }),
          head: sweepHead({ taken: i }),
        }))
        expect(pages.map((page) => page.length)).toEqual([2, 2, 1])
        expect(pages.flat()).toEqual(expected.toReversed())
      })

      promise(
        'lists a sweep as open until it is closed, and again when it is reopened or something waits in it',
        async () => {
          const key = await freshSweep({ limit: 1 })
          const isOpen = async () =>
            (await allPages((cursor) => store.listOpenSweeps({ cursor, limit: 3 })))
              .flat()
              .some((open) => open.sweep === key.sweep)
          expect(await isOpen()).toBe(true)
          await store.closeSweep(key)
          expect(await isOpen()).toBe(true)
          await store.replaceHead(key, sweepHead({ limit: 1, state: 'finished', rev: 2 }), 0)
          expect(await isOpen()).toBe(true)
          await store.closeSweep(key)
          expect(await isOpen()).toBe(false)
          await store.replaceHead(key, sweepHead({ limit: 2, rev: 3 }), 0)
          expect(await isOpen()).toBe(true)
          await store.closeSweep(sweepIn(freshProject()))
          await store.replaceHead(key, sweepHead({ limit: 2, state: 'finished', rev: 4 }), 0)
          await store.closeSweep(key)
          await store.addWaiting(key, [1], T0 + 9)
          expect(await isOpen()).toBe(true)
          expect((await store.getHead(key))?.updatedAt).toBe(T0 + 9)
          await store.closeSweep(key)
          expect(await isOpen()).toBe(true)
          await store.removeWaiting(key, [1])
          await store.closeSweep(key)
          expect(await isOpen()).toBe(false)
        },
      )

      promise('deletes a sweep with everything under it, and frees its id', async () => {
        const key = await freshSweep({ taken: 60 })
        for (let number = 1; number <= 60; number++) {
          await store.createTrial(trialRecord({ ...key, number }))
          if (number <= 5) await store.putRung(key, 9, { number, loss: 1, best: 1 })
        }
        const impostor = { ...freshProject(), sweep: key.sweep }
        await store.deleteSweep(impostor)
        expect(await store.findSweep(key.sweep)).toEqual(key)
        await store.deleteSweep(key)
        await store.deleteSweep(key)
        expect(await store.getSweep(key)).toBeUndefined()
        expect(await store.findSweep(key.sweep)).toBeUndefined()
        expect(await store.listTrials(key, { after: 0, limit: 100 })).toEqual([])
        expect((await store.listRung(key, 9, 4)).values).toEqual([])
        expect((await store.listSweeps(key, { limit: 10 })).items).toEqual([])
        expect(await store.createSweep(sweepRecord(impostor), sweepHead())).toBe(true)
      })
    })

    describe('agents', () => {
      promise('keep the last write, and are deleted with their sweep', async () => {
        const key = await freshSweep()
        const agent = { key, id: 'a1', host: 'box', createdAt: T0, heartbeatAt: T0, served: 0, rev: 1 }
        expect(await store.putAgent(agent)).toBe(true)
        expect(await store.putAgent(agent)).toBe(false)
        const current = { number: 1, run: 'r1', attempt: 1, sends: 1, taken: false }
        const next = { ...agent, served: 1, current, rev: 2 }
        expect(await store.putAgent(next)).toBe(true)
        expect(await store.putAgent(next)).toBe(false)
        expect(await store.getAgent(key, 'a1')).toEqual(next)
        expect(await store.listAgents(key)).toEqual([next])
        await store.deleteSweep(key)
        expect(await store.getAgent(key, 'a1')).toBeUndefined()
      })
    })

    describe('documents', () => {
      promise('keep the last write, and are listed by a prefix of their name', async () => {
        const { entity, project } = await freshSweep()
        const key = { entity, project: `${project}-documents` }
        const one = { name: 'a/1', text: 'x'.repeat(2_000), rev: 1 }
        expect(await store.putDocument(key, one)).toBe(true)
        expect(await store.putDocument(key, one)).toBe(false)
        expect(await store.putDocument(key, { ...one, text: 'new', rev: 2 })).toBe(true)
        expect(await store.putDocument(key, { name: 'a/2#/%', text: '', rev: 1 })).toBe(true)
        expect(await store.putDocument(key, { name: 'b/1', text: '', rev: 1 })).toBe(true)
        expect(await store.getDocument(key, 'a/1')).toEqual({ name: 'a/1', text: 'new', rev: 2 })
        expect((await store.listDocuments(key, 'a/')).map(({ name }) => name)).toEqual(['a/1', 'a/2#/%'])
        const first = await store.pageDocuments(key, 'a/', { limit: 1 })
        expect(first.items.map(({ name }) => name)).toEqual(['a/1'])
        const second = await store.pageDocuments(key, 'a/', { limit: 1, cursor: first.cursor })
        expect(second.items.map(({ name }) => name)).toEqual(['a/2#/%'])
        expect(second.cursor).toBeUndefined()
        await store.deleteDocument(key, 'a/1')
        expect(await store.getDocument(key, 'a/1')).toBeUndefined()
      })
    })

    describe('trials', () => {
      promise('gives a number one trial', async () => {
        const trial = trialRecord(
          { ...(await freshSweep()), number: 17 },
          { agent: 'a', reason: 'r', value: 1e300, loss: -1e300, rung: 0.5 },
        )
        expect(await store.getTrial(trial.key)).toBeUndefined()
        expect(await store.createTrial(trial)).toBe(true)
        expect(await store.createTrial({ ...trial, run: 'other' })).toBe(false)
        expect(await store.getTrial(trial.key)).toEqual(trial)
        expect(await store.getTrials(trial.key, [3, 17])).toEqual([trial])
      })

      promise('lists trials by number between two numbers', async () => {
        const key = await freshSweep()
        const other = await freshSweep()
        for (const number of [11, 2, 100, 1, 9, 10]) await store.createTrial(trialRecord({ ...key, number }))
        await store.createTrial(trialRecord({ ...other, number: 5 }))
        const numbers = async (options: Parameters<Store['listTrials']>[1]) =>
          (await store.listTrials(key, options)).map((trial) => trial.key.number)
        expect(await numbers({ after: 0, limit: 100 })).toEqual([1, 2, 9, 10, 11, 100])
        expect(await numbers({ after: 2, limit: 2 })).toEqual([9, 10])
        expect(await numbers({ after: 1, upTo: 10, limit: 100 })).toEqual([2, 9, 10])
        expect(await numbers({ after: 10, upTo: 10, limit: 100 })).toEqual([])
        expect((await store.listTrials(key, { after: 0, limit: 1 }))[0]).toEqual(
          trialRecord({ ...key, number: 1 }),
        )
      })

      promise('moves an open trial, but not one that ended, went on, or is gone', async () => {
        const key = { ...(await freshSweep()), number: 1 }
        const move = (state: 'queued' | 'running', attempt: number, agent?: string) =>
          store.moveTrial(key, { state, attempt, ...(agent !== undefined && { agent }) }, T0 + 1)
        expect(await move('running', 1)).toBe(false)
        await store.createTrial(trialRecord(key, { state: 'queued', attempt: 0 }))
        expect(await move('running', 1, 'box')).toBe(true)
        expect(await store.getTrial(key)).toMatchObject({
          state: 'running',
          attempt: 1,
          agent: 'box',
          updatedAt: T0 + 1,
        })
        expect(await move('queued', 1)).toBe(true)
        expect((await store.getTrial(key))?.agent).toBeUndefined()
        expect(await move('running', 2)).toBe(true)
        expect(await move('queued', 1)).toBe(false)
        await store.closeTrial(key, { state: 'finished', attempt: 2 }, T0)
        expect(await move('queued', 3)).toBe(false)
      })

      promise('closes a trial once, however many try', async () => {
        const key = { ...(await freshSweep()), number: 1 }
        await store.createTrial(trialRecord(key))
        const closed = await Promise.all(
          Array.from({ length: 10 }, (_, i) =>
            store.closeTrial(key, { state: 'finished', attempt: 1, value: i, loss: i }, T0 + 1),
          ),
        )
        expect(closed.filter((former) => former !== undefined)).toEqual(['running'])
        const value = closed.indexOf('running')
        expect(await store.getTrial(key)).toEqual(
          trialRecord(key, { state: 'finished', value, loss: value, updatedAt: T0 + 1 }),
        )
      })

      promise('lets a late result replace a crash, and nothing else', async () => {
        const key = { ...(await freshSweep()), number: 1 }
        await store.createTrial(trialRecord(key, { state: 'queued' }))
        expect(await store.closeTrial(key, { state: 'crashed', attempt: 3, reason: 'lost' }, T0)).toBe(
          'queued',
        )
        expect(await store.closeTrial(key, { state: 'crashed', attempt: 3 }, T0)).toBeUndefined()
        expect(
          await store.closeTrial(key, { state: 'stopped', attempt: 2, value: 1, loss: -1, rung: 9 }, T0),
        ).toBe('crashed')
        expect(await store.closeTrial(key, { state: 'finished', attempt: 2 }, T0)).toBeUndefined()
        const trial = await store.getTrial(key)
        expect(trial).toMatchObject({ state: 'stopped', attempt: 2, value: 1, loss: -1, rung: 9 })
        expect(trial?.reason).toBeUndefined()
        expect(
          await store.closeTrial({ ...key, number: 2 }, { state: 'failed', attempt: 1 }, T0),
        ).toBeUndefined()
      })

      promise('keeps packs of trials by block, the later one of the same block', async () => {
        const key = sweepIn(freshProject())
        const pack = (block: number, byte: number) => ({
          block,
          form: 'f',
          bytes: new Uint8Array(500).fill(byte),
        })
        for (const one of [pack(12, 1), pack(3, 2), pack(100, 3), pack(3, 4)]) await store.putPack(key, one)
        const listed = async (from: number) =>
          (await store.listPacks(key, from)).map(({ block, form, bytes }) => [block, form, bytes[499]])
        expect(await listed(0)).toEqual([
          [3, 'f', 4],
          [12, 'f', 1],
          [100, 'f', 3],
        ])
        expect(await listed(13)).toEqual([[100, 'f', 3]])
      })

      promise(
        'gives a point to the first trial that claims it, and over from one that is named',
        async () => {
          const key = sweepIn(freshProject())
          const claims = await Promise.all([5, 6, 7].map((number) => store.claimPoint(key, 9, number)))
          const holder = claims[0]!
          expect(new Set(claims)).toEqual(new Set([holder]))
          expect([5, 6, 7]).toContain(holder)
          expect(await store.claimPoint(key, 9, holder)).toBe(holder)
          expect(await store.claimPoint(key, 10, 5)).toBe(5)
          expect(await store.claimPoint(key, 9, 8, 4)).toBe(holder)
          expect(await store.claimPoint(key, 9, 8, holder)).toBe(8)
          expect(await store.claimPoint(key, 9, holder)).toBe(8)
        },
      )

      promise('keeps waiting numbers for which the head has no room, until they are removed', async () => {
        const key = await freshSweep()
        const numbers = Array.from({ length: 300 }, (_, i) => i + 1)
        await store.addWaiting(key, numbers, T0)
        await store.addWaiting(key, [777], T0)
        const head = (await store.getHead(key))!
        const first = await store.listMoreWaiting(key, 'first')
        expect(first.length).toBeGreaterThan(0)
        expect([...head.waiting, ...(await store.listMoreWaiting(key, 'all'))]).toEqual(
          expect.arrayContaining([...numbers, 777]),
        )
        await store.removeMoreWaiting(key, [...first, 9_999])
        expect((await store.listMoreWaiting(key, 'first'))[0]).toBeGreaterThan(first.at(-1)!)
        await store.removeMoreWaiting(key, [...numbers, 777])
        expect(await store.listMoreWaiting(key, 'first')).toEqual([])
        await store.endMoreWaiting(key, 'another mark')
        expect((await store.getHead(key))?.moreWaiting).toBe(head.moreWaiting)
        await store.endMoreWaiting(key, head.moreWaiting!)
        expect((await store.getHead(key))?.moreWaiting).toBeUndefined()
      })

      promise('lists no more waiting numbers of a deleted sweep', async () => {
        const key = await freshSweep()
        await store.deleteSweep(key)
        await store.addWaiting(
          key,
          Array.from({ length: 60 }, (_, i) => i + 1),
          T0,
        )
        expect(await store.listMoreWaiting(key, 'all')).toEqual([])
        expect(await store.getHead(key)).toBeUndefined()
      })

      promise('collects what trials had at a rung, each once', async () => {
        const key = await freshSweep()
        for (let number = 1; number <= 3; number++)
          await store.putRung(key, 27, { number, loss: number / 3, best: -1e300 })
        await store.putRung(key, 27, { number: 2, loss: 5, best: 4 })
        await store.putRung(key, 2.5, { number: 1, loss: 0, best: 0, mean: 1 / 7, error: 1e-310 })
        const listed = await store.listRung(key, 27, 4)
        expect(listed.weight).toBe(1)
        const rung = listed.values.toSorted((a, b) => a.number - b.number)
        expect(rung).toEqual([
          { number: 1, loss: 1 / 3, best: -1e300 },
          { number: 2, loss: 5, best: 4 },
          { number: 3, loss: 1, best: -1e300 },
        ])
        expect((await store.listRung(key, 2.5, 4)).values).toEqual([
          { number: 1, loss: 0, best: 0, mean: 1 / 7, error: 1e-310 },
        ])
        expect(await store.listRung(key, 2, 4)).toEqual({ values: [], weight: 1 })
      })
    })

    amendmentPromises({ store: () => store, freshSweep, promise })

    describe('repairs', () => {
      promise(
        'keep what was read of a sweep, one write after the other, and are deleted with the sweep',
        async () => {
          const key = await freshSweep()
          expect(await store.getRepair(key)).toBeUndefined()
          const first: RepairRecord = {
            createdAt: T0,
            pageSize: 500,
            pages: [
              { ended: { ...NO_ENDS, finished: 490, crashed: 3 }, open: [1, 2, 3, 7, 498, 499, 500] },
              { ended: NO_ENDS, open: [501] },
              { ended: NO_ENDS, open: [] },
            ],
            scanned: 501,
            best: { number: 9, run: 'r9', value: -0.1, loss: 1e-310 },
            lastEnd: T0 + 1,
            cached: 0,
            rev: 1,
          }
          expect(await store.putRepair(key, first)).toBe(true)
          expect(await store.putRepair(key, first)).toBe(false)
          expect(await store.getRepair(key)).toEqual(first)
          const second: RepairRecord = { ...first, pages: [], scanned: 0, rev: 2 }
          expect(await store.putRepair(key, second)).toBe(true)
          expect(await store.putRepair(key, second)).toBe(false)
          expect(await store.getRepair(key)).toEqual(second)
          await store.removeRepair(key)
          await store.removeRepair(key)
          expect(await store.getRepair(key)).toBeUndefined()
          await store.putRepair(key, first)
          await store.deleteSweep(key)
          expect(await store.getRepair(key)).toBeUndefined()
        },
      )
    })

    describe('runs', () => {
      promise('reads back both halves as they were written', async () => {
        const key = runIn(freshProject())
        const record = runRecord(key, {
          sweep: 's',
          number: 3,
          notes: '',
          group: 'g',
          extra: '{"host":"ü"}',
          config: `{"x":"${'y'.repeat(3_000)}"}`,
        })
        const live = runLive(key, {
          sweep: 's',
          number: 3,
          stop: { reason: 'hopeless', by: 'stopper', rung: 9 },
          bestLoss: 1e-310,
          rungLoss: -1e300,
          trend: { count: 2, mean: -1 / 3, squares: Number.MAX_VALUE, from: { at: 9, loss: 1e-310 } },
          summary: `{"text":"${'z'.repeat(3_000)}","n":NaN}`,
        })
        expect(await store.getRun(key)).toBeUndefined()
        expect(await store.createRun(record, live)).toBe(true)
        expect(await store.createRun({ ...record, notes: 'other' }, live)).toBe(false)
        expect(await store.getRun(key)).toEqual({ record, live })
        expect(await store.getLive(key)).toEqual(live)
      })

      promise('lets one of many creates win, with both halves its own', async () => {
        const key = runIn(freshProject())
        const won = await Promise.all(
          Array.from({ length: 8 }, (_, i) =>
            store.createRun(runRecord(key, { config: `${i}` }), runLive(key, { seen: i })),
          ),
        )
        expect(won.filter(Boolean)).toHaveLength(1)
        const run = await store.getRun(key)
        expect(run?.record.config).toBe(`${won.indexOf(true)}`)
        expect(run?.live.seen).toBe(won.indexOf(true))
      })

      promise('lets one of many writers replace the live half', async () => {
        const key = await freshRun()
        const won = await Promise.all(
          Array.from({ length: 10 }, (_, i) => store.replaceLive(runLive(key, { agent: `a${i}`, rev: 2 }))),
        )
        expect(won.filter(Boolean)).toHaveLength(1)
        expect((await store.getLive(key))?.agent).toBe(`a${won.indexOf(true)}`)
        const { leaseUntil: _, ...ended } = runLive(key, { state: 'finished', rev: 3 })
        expect(await store.replaceLive(ended)).toBe(true)
        expect(await store.getLive(key)).toEqual(ended)
        expect(await store.replaceLive(runLive(runIn(freshProject()), { rev: 2 }))).toBe(false)
      })

      promise('replaces the record only over the revision before', async () => {
        const key = await freshRun()
        const next = runRecord(key, { tags: [], rev: 2 })
        expect(await store.replaceRun(next)).toBe(true)
        expect(await store.replaceRun(next)).toBe(false)
        expect(await store.getRun(key)).toEqual({ record: next, live: runLive(key) })
      })

      promise('reads any number of runs in the order of the keys', async () => {
        const project = freshProject()
        const keys = Array.from({ length: 120 }, () => runIn(project))
        await Promise.all(keys.map((key) => store.createRun(runRecord(key), runLive(key))))
        const missing = runIn(project)
        const asked = [...keys.toReversed(), missing, keys[0]!, keys[0]!]
        const expected = asked.map((key) => (key === missing ? undefined : runLive(key)))
        expect(await store.getLives(asked)).toEqual(expected)
        const runs = await store.getRuns(asked)
        expect(runs.map((run) => run?.live)).toEqual(expected)
        expect(runs[3]?.record).toEqual(runRecord(asked[3]!))
        expect(await store.getLives([])).toEqual([])
      })

      promise('reads more than one answer of the engine can hold', async () => {
        const project = freshProject()
        const keys = Array.from({ length: 24 }, () => runIn(project))
        const live = (key: RunKey) => runLive(key, { summary: `{"x":"${noise(100_000, counter)}"}` })
        const lives = keys.map(live)
        for (const [i, key] of keys.entries()) await store.createRun(runRecord(key), lives[i]!)
        expect(await store.getLives(keys)).toEqual(lives)
        const sweep = await freshSweep()
        const trials = keys.map((_, i) =>
          trialRecord({ ...sweep, number: i + 1 }, { params: { x: noise(100_000, i) } }),
        )
        for (const trial of trials) await store.createTrial(trial)
        expect(await store.listTrials(sweep, { after: 0, limit: 100 })).toEqual(trials)
        expect(await store.listTrials(sweep, { after: 3, limit: 17 })).toEqual(trials.slice(3, 20))
      })

      promise('lists the runs of a project, newest first, page by page', async () => {
        const project = freshProject()
        const keys = Array.from({ length: 5 }, () => runIn(project))
        for (const [i, key] of keys.entries())
          await store.createRun(runRecord(key, { createdAt: T0 + i }), runLive(key))
        const pages = await allPages((cursor) => store.listRuns(project, { cursor, limit: 2 }))
        expect(pages.map((page) => page.map(({ record }) => record.key))).toEqual([
          [keys[4], keys[3]],
          [keys[2], keys[1]],
          [keys[0]],
        ])
      })

      promise('lists the keys of the runs of a project, oldest first, page by page', async () => {
        const project = freshProject()
        const keys = Array.from({ length: 5 }, () => runIn(project))
        for (const [i, key] of keys.entries())
          await store.createRun(runRecord(key, { createdAt: T0 + i }), runLive(key))
        const pages = await allPages((cursor) => store.listRunKeys(project, { cursor, limit: 2 }))
        expect(pages.flat()).toEqual(keys)
      })

      promise('lists runs without a trial until they end', async () => {
        const [adrift, joined, trial] = [runIn(freshProject()), runIn(freshProject()), runIn(freshProject())]
        await store.createRun(runRecord(adrift), runLive(adrift))
        await store.createRun(runRecord(joined), runLive(joined, { sweep: 's' }))
        await store.createRun(runRecord(trial), runLive(trial, { sweep: 's', number: 1 }))
        const open = async () => {
          const runs = (await allPages((cursor) => store.listOpenRuns({ cursor, limit: 3 }))).flat()
          return [adrift, joined, trial].map((key) =>
            runs.some((run) => run.run === key.run && run.entity === key.entity),
          )
        }
        expect(await open()).toEqual([true, true, false])
        await store.replaceLive(runLive(adrift, { state: 'finished', rev: 2 }))
        expect(await open()).toEqual([false, true, false])
      })

      promise('deletes a run with its history', async () => {
        const key = await freshRun()
        for (let index = 0; index < 30; index++)
          await store.putChunk(key, 'metrics', {
            attempt: 1,
            receivedAt: T0,
            rows: [{ index, at: T0, values: { a: index } }],
          })
        await store.deleteRun(key)
        await store.deleteRun(key)
        expect(await store.getRun(key)).toBeUndefined()
        expect(await store.listChunks(key, 'metrics')).toEqual([])
        expect((await store.listRuns(key, { limit: 10 })).items).toEqual([])
        expect(await store.createRun(runRecord(key), runLive(key))).toBe(true)
      })
    })

    describe('history', () => {
      const row = (index: number, values: Row['values'] = { loss: index / 7 }): Row => ({
        index,
        at: T0 + index,
        values,
      })

      promise('reads back rows as they were written, whatever the values', async () => {
        const key = await freshRun()
        const rows = [
          row(0, { f: new Float(1), i: 1, t: 'text', deep: { list: [new Float(Number.NaN), null, true] } }),
          row(1, { f: 0.1, i: -5, n: new Float(Number.NaN), inf: new Float(-Infinity) }),
          row(3, { f: 1e300, huge: 2 ** 60, '': 0, constructor: 'c' }),
        ]
        const chunk = { attempt: 2, receivedAt: T0 + 9, rows }
        await store.putChunk(key, 'metrics', chunk)
        expect(await store.listChunks(key, 'metrics')).toEqual([chunk])
      })

      promise('keeps the series of a run apart', async () => {
        const key = await freshRun()
        const chunkOf = (text: string) => ({ attempt: 1, receivedAt: T0, rows: [row(0, { text })] })
        for (const series of ['metrics', 'system', 'console'] as const)
          await store.putChunk(key, series, chunkOf(series))
        for (const series of ['metrics', 'system', 'console'] as const)
          expect(await store.listChunks(key, series)).toEqual([chunkOf(series)])
      })

      promise('stores a resend over itself, and other content beside it', async () => {
        const key = await freshRun()
        const chunk = { attempt: 1, receivedAt: T0, rows: [row(5), row(6)] }
        await store.putChunk(key, 'metrics', chunk)
        const resent = {
          ...chunk,
          receivedAt: T0 + 50,
          rows: chunk.rows.map((one) => ({ ...one, at: one.at + 50 })),
        }
        await store.putChunk(key, 'metrics', resent)
        expect(await store.listChunks(key, 'metrics')).toEqual([resent])
        await store.putChunk(key, 'metrics', { ...chunk, attempt: 2 })
        await store.putChunk(key, 'metrics', { ...chunk, rows: [row(5, { loss: 9 })] })
        expect(await store.listChunks(key, 'metrics')).toHaveLength(3)
      })

      promise('finds the chunks that overlap a range, ascending', async () => {
        const key = await freshRun()
        for (const first of [200_000, 0, 10, 30, 20])
          await store.putChunk(key, 'metrics', {
            attempt: 1,
            receivedAt: T0,
            rows: [row(first), row(first + 5)],
          })
        await store.putChunk(key, 'metrics', { attempt: 1, receivedAt: T0, rows: [row(40), row(65_000)] })
        const firsts = async (range?: { from?: number; to?: number }) =>
          (await store.listChunks(key, 'metrics', range)).map((chunk) => chunk.rows[0]?.index)
        expect(await firsts()).toEqual([0, 10, 20, 30, 40, 200_000])
        expect(await firsts({ from: 15, to: 20 })).toEqual([10, 20])
        expect(await firsts({ from: 16, to: 19 })).toEqual([])
        expect(await firsts({ to: 0 })).toEqual([0])
        expect(await firsts({ from: 65_000 })).toEqual([40, 200_000])
        expect(await firsts({ from: 3, to: 2 })).toEqual([])
      })

      promise('lists the last chunks, ascending', async () => {
        const key = await freshRun()
        for (const first of [200_000, 0, 10])
          await store.putChunk(key, 'console', { attempt: 1, receivedAt: T0, rows: [row(first)] })
        const firsts = async (count: number) =>
          (await store.listLastChunks(key, 'console', count)).map((chunk) => chunk.rows[0]?.index)
        expect(await firsts(2)).toEqual([10, 200_000])
        expect(await firsts(9)).toEqual([0, 10, 200_000])
        expect(await store.listLastChunks(key, 'system', 2)).toEqual([])
      })

      promise('splits what spans too much or is too large for an item, and loses nothing', async () => {
        const key = await freshRun()
        const wide = [0, 70_000, 140_000, Number.MAX_SAFE_INTEGER].map((index) => row(index))
        await store.putChunk(key, 'metrics', { attempt: 1, receivedAt: T0, rows: wide })
        expect((await store.listChunks(key, 'metrics')).flatMap((chunk) => chunk.rows)).toEqual(wide)
        const large = Array.from({ length: 12 }, (_, i) => row(i, { text: noise(60_000, i) }))
        await store.putChunk(key, 'system', { attempt: 1, receivedAt: T0, rows: large })
        const chunks = await store.listChunks(key, 'system')
        expect(chunks.length).toBeGreaterThan(1)
        expect(chunks.flatMap((chunk) => chunk.rows)).toEqual(large)
      })

      promise('refuses a row that fits into no item', async () => {
        const key = await freshRun()
        const text = noise(500_000, 1)
        const put = store.putChunk(key, 'metrics', { attempt: 1, receivedAt: T0, rows: [row(0, { text })] })
        await expect(put).rejects.toMatchObject({ kind: 'too-large', code: 'row-too-large' })
      })
    })

    describe('receipts', () => {
      const receipt = (token: string, at = T0) => ({ token, requestHash: `hash of ${token}`, at })

      it('forgets a claim for its holder only', async () => {
        const id = `receipt ${++counter}`
        await store.claimReceipt(id, receipt('mine'), 1_000)
        await store.dropReceipt(id, 'another')
        expect((await store.claimReceipt(id, receipt('second'), 1_000)).token).toBe('mine')
        await store.dropReceipt(id, 'mine')
        await store.dropReceipt(id, 'mine')
        expect((await store.claimReceipt(id, receipt('third'), 1_000)).token).toBe('third')
      })

      promise('lets one of many claims win and returns the winner to the others', async () => {
        const id = `receipt ${++counter}`
        const claims = Array.from({ length: 10 }, (_, i) => receipt(`t${i}`))
        const standing = await Promise.all(claims.map((claim) => store.claimReceipt(id, claim, 1_000)))
        expect(new Set(standing.map(({ token }) => token)).size).toBe(1)
        expect(claims).toContainEqual(standing[0])
      })

      promise('remembers what was granted, and no other claim replaces it', async () => {
        const id = `receipt ${++counter}`
        const settled = {
          ...receipt('mine'),
          grants: [
            { number: 5, attempt: 1 },
            { number: 2, attempt: 3 },
          ],
        }
        expect(await store.settleReceipt(id, settled)).toBe(false)
        await store.claimReceipt(id, receipt('mine'), 1_000)
        expect(await store.settleReceipt(id, settled)).toBe(true)
        expect(await store.claimReceipt(id, receipt('later', T0 + 1_000_000), 1_000)).toEqual(settled)
        const nothing = `receipt ${++counter}`
        await store.claimReceipt(nothing, receipt('mine'), 1_000)
        await store.settleReceipt(nothing, { ...receipt('mine'), grants: [] })
        expect((await store.claimReceipt(nothing, receipt('x', T0 + 5_000), 1)).grants).toEqual([])
      })

      promise('takes over the claim of a dead process at once, and no claim of a living one', async () => {
        const id = `receipt ${++counter}`
        await store.claimReceipt(id, receipt('a-1'), 1_000, 'a-')
        expect((await store.claimReceipt(id, receipt('a-2'), 1_000, 'a-')).token).toBe('a-1')
        expect((await store.claimReceipt(id, receipt('b-1'), 1_000, 'b-')).token).toBe('b-1')
        expect(await store.settleReceipt(id, { ...receipt('a-1'), grants: [] })).toBe(false)
        await store.settleReceipt(id, { ...receipt('b-1'), grants: [] })
        expect((await store.claimReceipt(id, receipt('c-1'), 1_000, 'c-')).token).toBe('b-1')
      })

      promise('takes over a claim from before the clock was set back', async () => {
        const id = `receipt ${++counter}`
        await store.claimReceipt(id, receipt('ahead', T0 + 3_600_000), 1_000)
        expect((await store.claimReceipt(id, receipt('now'), 1_000)).token).toBe('now')
      })

      promise('takes over a claim that has gone stale, whose owner then cannot settle', async () => {
        const id = `receipt ${++counter}`
        await store.claimReceipt(id, receipt('slow'), 1_000)
        expect((await store.claimReceipt(id, receipt('early', T0 + 1_000), 1_000)).token).toBe('slow')
        expect((await store.claimReceipt(id, receipt('next', T0 + 1_001), 1_000)).token).toBe('next')
        expect(
          await store.settleReceipt(id, { ...receipt('slow'), grants: [{ number: 1, attempt: 1 }] }),
        ).toBe(false)
        expect(await store.settleReceipt(id, { ...receipt('next', T0 + 1_001), grants: [] })).toBe(true)
      })
    })

    describe('pages', () => {
      promise('refuses a cursor that is garbled or of another list', async () => {
        const [one, other] = [freshProject(), freshProject()]
        for (const project of [one, other])
          for (let i = 0; i < 3; i++) {
            const key = runIn(project)
            await store.createRun(runRecord(key), runLive(key))
            await store.ensureProject({ entity: project.entity, project: `p${i}` }, T0)
          }
        const bad = { kind: 'invalid', code: 'bad-cursor' }
        const foreign = (await store.listRuns(other, { limit: 1 })).cursor!
        const foreignProjects = (await store.listProjects(other.entity, { limit: 1 })).cursor!
        for (const cursor of [
          foreign,
          foreignProjects,
          'x',
          '',
          'bnVsbA',
          'W10',
          Buffer.from('["a"]').toString('base64url'),
        ]) {
          await expect(store.listRuns(one, { cursor, limit: 1 })).rejects.toMatchObject(bad)
          await expect(store.listProjects(one.entity, { cursor, limit: 1 })).rejects.toMatchObject(bad)
          await expect(store.listSweeps(one, { cursor, limit: 1 })).rejects.toMatchObject(bad)
          await expect(store.listOpenSweeps({ cursor, limit: 1 })).rejects.toMatchObject(bad)
        }
      })
    })
  })
}

import type { RunKey } from '@chimney/core/schema/names'
import type { RunLive, RunRecord, RunStore } from '../runs.ts'
import { type Attributes, textOf } from './attributes.ts'
import { follows, IS_NEW } from './expression.ts'
import type { DynamoIo } from './io.ts'
import {
  LIVE,
  liveKey,
  META,
  OPEN_RUNS,
  parseRunPk,
  runHalves,
  runMetaKey,
  runPk,
  runsOf,
} from './item-keys.ts'
import { liveValues, readLive, readRun, runValues } from './records.ts'

type Both = { record: RunRecord; live: RunLive }
const both = (key: RunKey, meta: Attributes | undefined, live: Attributes | undefined): Both | undefined =>
  meta && live && { record: readRun(key, meta), live: readLive(key, live) }

export const dynamoRuns = (io: DynamoIo): RunStore => {
  async function getRuns(op: string, keys: readonly RunKey[]): Promise<readonly (Both | undefined)[]> {
    const distinct = unique(keys)
    const found = await io.getAll(
      op,
      [...distinct.values()].flatMap((key) => [runMetaKey(key), liveKey(key)]),
    )
    const runs = new Map([...distinct].map(([pk, key], i) => [pk, both(key, found[2 * i], found[2 * i + 1])]))
    return keys.map((key) => runs.get(runPk(key)))
  }

  return {
    /** As createSweep: the record fixes the content and holds the first live half, whose item makes the run visible. */
    async createRun(record, live) {
      const { key } = record
      const first = JSON.stringify(live)
      if (await io.put('createRun', runMetaKey(key), { ...runValues(record), first }, IS_NEW)) {
        await io.put('createRun', liveKey(key), liveValues(live), IS_NEW)
        return true
      }
      const standing = await io.get('createRun', runMetaKey(key))
      if (standing?.first === undefined) return false
      const theirs = JSON.parse(textOf(standing, 'first')) as RunLive
      const finished = await io.put('createRun', liveKey(key), liveValues(theirs), IS_NEW)
      return finished && sameRequest(readRun(key, standing), record)
    },

    async getRun(key) {
      const items = await io.query('getRun', runHalves(key))
      return both(
        key,
        items.find((item) => item.sk === META),
        items.find((item) => item.sk === LIVE),
      )
    },

    async getLive(key) {
      const item = await io.get('getLive', liveKey(key))
      return item && readLive(key, item)
    },

    async getLives(keys) {
      const distinct = unique(keys)
      const found = await io.getAll('getLives', [...distinct.values()].map(liveKey))
      const lives = new Map(
        [...distinct].map(([pk, key], i) => [pk, found[i] && readLive(key, found[i])] as const),
      )
      return keys.map((key) => lives.get(runPk(key)))
    },

    getRuns: (keys) => getRuns('getRuns', keys),

    async replaceRun(next) {
      return io.put('replaceRun', runMetaKey(next.key), runValues(next), follows(next.rev))
    },

    async replaceLive(next) {
      return io.put('replaceLive', liveKey(next.key), liveValues(next), follows(next.rev))
    },

    async listRuns(project, page) {
      const { items, ...more } = await io.pageOfIndex('listRuns', runsOf(project), page, true)
      const runs = await getRuns(
        'listRuns',
        items.map(({ pk }) => parseRunPk(pk)),
      )
      return { items: runs.filter((run) => run !== undefined), ...more }
    },

    async listRunKeys(project, page) {
      const { items, ...more } = await io.pageOfIndex('listRunKeys', runsOf(project), page, false)
      return { items: items.map(({ pk }) => parseRunPk(pk)), ...more }
    },

    async listOpenRuns(page) {
      const { items, ...more } = await io.pageOfIndex('listOpenRuns', OPEN_RUNS, page, false)
      return { items: items.map(({ pk }) => parseRunPk(pk)), ...more }
    },

    // The halves first: the rest of an interrupted deletion is invisible, and a repetition finds it.
    async deleteRun(key) {
      await io.removeAll('deleteRun', [liveKey(key), runMetaKey(key)])
      const left = await io.query('deleteRun', { pk: runPk(key) }, { keysOnly: true })
      await io.removeAll(
        'deleteRun',
        left.map((item) => ({ pk: textOf(item, 'pk'), sk: textOf(item, 'sk') })),
      )
    },
  }
}

const unique = (keys: readonly RunKey[]) => new Map(keys.map((key) => [runPk(key), key]))

/** A repeated request may have another time, but must be equal otherwise. */
const sameRequest = (a: RunRecord, b: RunRecord): boolean =>
  a.requestHash === b.requestHash && a.config === b.config && a.sweep === b.sweep && a.number === b.number

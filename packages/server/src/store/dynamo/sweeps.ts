import type { SweepKey } from '@chimney/core/schema/names'
import type { SweepHead, SweepRecord, SweepStore } from '../sweeps.ts'
import { dynamoAmendments } from './amendments.ts'
import { type Attributes, textOf } from './attributes.ts'
import { itemTooLarge } from './errors.ts'
import { EXISTS, follows, IS_NEW } from './expression.ts'
import type { DynamoIo } from './io.ts'
import {
  HEAD,
  headKey,
  META,
  OPEN_SWEEPS,
  parseSweepPk,
  pointerKey,
  sweepHalves,
  sweepMetaKey,
  sweepPk,
  sweepsOf,
} from './item-keys.ts'
import {
  bestValues,
  ENDS,
  endedValues,
  headSettings,
  headValues,
  readHead,
  readSweep,
  sweepValues,
} from './records.ts'
import { dynamoWaiting } from './waiting.ts'

type Both = { record: SweepRecord; head: SweepHead }
const both = (key: SweepKey, meta: Attributes | undefined, head: Attributes | undefined): Both | undefined =>
  meta && head && { record: readSweep(key, meta), head: readHead(head) }

/** DynamoDB refuses items above 409,600 bytes; the rest is for keys and names. */
const MAX_VALUES_BYTES = 400_000

const bytesOf = (values: object): number =>
  Object.values(values).reduce<number>(
    (sum, value) =>
      sum + (value instanceof Uint8Array ? value.length : Buffer.byteLength(JSON.stringify(value) ?? '')),
    0,
  )

export const dynamoSweeps = (io: DynamoIo, maxWaiting?: number): SweepStore => ({
  ...dynamoWaiting(io, maxWaiting),
  ...dynamoAmendments(io),

  /**
   * Three conditional writes: the pointer reserves the id, the record fixes the content, the head makes the sweep visible. Readers
   * need both halves, so a create may die at any point. The record holds its head (`first`) until then, so that a repetition
   * completes the create with both halves of the same request.
   */
  async createSweep(record, head) {
    const { key } = record
    const values = sweepValues(record)
    // Before the pointer is written: a refused sweep leaves nothing.
    if (bytesOf(values) > MAX_VALUES_BYTES) throw itemTooLarge()
    const pointer = pointerKey(key.sweep)
    if (!(await io.put('createSweep', pointer, { to: sweepPk(key) }, IS_NEW))) {
      const standing = await io.get('createSweep', pointer)
      if (standing?.to !== sweepPk(key)) return false
    }
    const first = JSON.stringify(head)
    if (await io.put('createSweep', sweepMetaKey(key), { ...values, first }, IS_NEW)) {
      // A lost race means that a repetition completed it with the same content.
      await io.put('createSweep', headKey(key), headValues(key, head), IS_NEW)
      return true
    }
    const standing = await io.get('createSweep', sweepMetaKey(key))
    if (standing?.first === undefined) return false
    const theirs = JSON.parse(textOf(standing, 'first')) as SweepHead
    const finished = await io.put('createSweep', headKey(key), headValues(key, theirs), IS_NEW)
    return finished && sameRequest(readSweep(key, standing), record)
  },

  async getSweep(key) {
    const items = await io.query('getSweep', sweepHalves(key))
    return both(
      key,
      items.find((item) => item.sk === META),
      items.find((item) => item.sk === HEAD),
    )
  },

  async getHead(key) {
    const item = await io.get('getHead', headKey(key))
    return item && readHead(item)
  },

  async findSweep(sweep) {
    const item = await io.get('findSweep', pointerKey(sweep))
    return item && parseSweepPk(textOf(item, 'to'))
  },

  async replaceSweep(next) {
    return io.put('replaceSweep', sweepMetaKey(next.key), sweepValues(next), follows(next.rev))
  },

  async replaceHead(key, next, taking) {
    const { that, values } = follows(next.rev)
    const changed = await io.update(
      'replaceHead',
      headKey(key),
      { set: headSettings(key, next) },
      { that: `${that} AND #taken = :taken`, values: { ...values, taken: next.taken - taking } },
    )
    return changed !== undefined
  },

  async takeNumbers(key, count, now, ifTaken) {
    const free = { that: '#state = :running AND #left >= :count', values: { running: 'running', count } }
    const item = await io.update(
      'takeNumbers',
      headKey(key),
      { add: { taken: count, left: -count }, set: { updated: now } },
      ifTaken === undefined
        ? free
        : { that: `${free.that} AND #taken = :taken`, values: { ...free.values, taken: ifTaken } },
    )
    if (!item) return undefined
    const head = readHead(item)
    return { first: head.taken - count + 1, head }
  },

  async countEnded(key, plus, minus, now, missing) {
    const add = plus === minus ? {} : { ...(plus && { [plus]: 1 }), ...(minus && { [minus]: -1 }) }
    // A late result does not change the order in which trials ended.
    const failed = minus === undefined && (plus === 'failed' || plus === 'crashed')
    const succeeded = minus === undefined && (plus === 'finished' || plus === 'stopped')
    const change = {
      add: { ...add, ...(failed && { failing: 1 }) },
      set: {
        updated: now,
        ...(succeeded && { failing: undefined }),
        ...(plus === 'finished' && { missing }),
      },
    }
    const item = await io.update('countEnded', headKey(key), change, EXISTS)
    return item && readHead(item)
  },

  async recount(key, seen, ended) {
    const changed = await io.update(
      'recount',
      headKey(key),
      { set: endedValues(ended) },
      {
        that: ['taken', ...ENDS].map((name) => `#${name} = :${name}`).join(' AND '),
        values: { taken: seen.taken, ...endedValues(seen.ended) },
      },
    )
    return changed !== undefined
  },

  async offerBest(key, best, amended) {
    if (!Number.isFinite(best.loss)) return
    const values = bestValues(best)
    await io.update(
      'offerBest',
      headKey(key),
      { set: values },
      {
        that: `attribute_exists(#pk) AND (attribute_not_exists(#rank) OR :rank < #rank) AND ${
          amended === undefined ? 'attribute_not_exists(#amended)' : '#amended = :amended'
        }`,
        values: { rank: values.rank, ...(amended !== undefined && { amended }) },
      },
    )
  },

  async clearBest(key, seen) {
    const { rank } = bestValues(seen)
    const set = { rank: undefined, bestRun: undefined, bestValue: undefined }
    await io.update('clearBest', headKey(key), { set }, { that: '#rank = :seen', values: { seen: rank } })
  },

  async listSweeps(project, page) {
    const { items, ...more } = await io.pageOfIndex('listSweeps', sweepsOf(project), page, true)
    const keys = items.map(({ pk }) => parseSweepPk(pk))
    const found = await io.getAll('listSweeps', [...keys.map(sweepMetaKey), ...keys.map(headKey)])
    const sweeps = keys.map((key, i) => both(key, found[i], found[keys.length + i]))
    return { items: sweeps.filter((sweep) => sweep !== undefined), ...more }
  },

  async listOpenSweeps(page) {
    const { items, ...more } = await io.pageOfIndex('listOpenSweeps', OPEN_SWEEPS, page, false)
    return { items: items.map(({ pk }) => parseSweepPk(pk)), ...more }
  },

  async closeSweep(key) {
    const ended = {
      that: '#state IN (:finished, :cancelled) AND attribute_not_exists(#waiting) AND attribute_not_exists(#more)',
      values: { finished: 'finished', cancelled: 'cancelled' },
    }
    await io.update('closeSweep', headKey(key), { set: { gsi1pk: undefined, gsi1sk: undefined } }, ended)
  },

  // The halves first, so that no trial is handed out any more; the pointer last, so that the id stays reserved while items
  // remain that a new sweep with this id would take for its own.
  async deleteSweep(key) {
    await io.removeAll('deleteSweep', [headKey(key), sweepMetaKey(key)])
    const left = await io.query('deleteSweep', { pk: sweepPk(key) }, { keysOnly: true })
    await io.removeAll(
      'deleteSweep',
      left.map((item) => ({ pk: textOf(item, 'pk'), sk: textOf(item, 'sk') })),
    )
    await io.remove('deleteSweep', pointerKey(key.sweep), { that: '#to = :to', values: { to: sweepPk(key) } })
  },
})

/** A repeated request may have another time, but must be equal otherwise. */
function sameRequest(a: SweepRecord, b: SweepRecord): boolean {
  if (a.requestHash !== undefined || b.requestHash !== undefined) return a.requestHash === b.requestHash
  const content = (record: SweepRecord) => JSON.stringify([record.source, record.seed, record.config])
  return content(a) === content(b)
}

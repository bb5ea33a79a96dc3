import type { BackupItem } from '@chimney/core/schema/backup'
import type { ProjectKey, RunKey, SweepKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { WEBHOOK_PREFIX } from '../documents.ts'
import {
  type Attribute,
  type Attributes,
  bytesOf,
  numberOf,
  packText,
  setOf,
  textOf,
  unpackText,
} from '../dynamo/attributes.ts'
import {
  agentKey,
  chunkKey,
  documentKey,
  HEAD,
  headKey,
  type ItemKey,
  LIVE,
  liveKey,
  META,
  packKey,
  parseAgentSk,
  parseChunkSk,
  parseDocumentSk,
  parsePointSk,
  parseRungSk,
  parseSeries,
  parseTrialKey,
  parseWaitingSk,
  pointKey,
  rungBlockKey,
  rungKey,
  runMetaKey,
  sweepMetaKey,
  trialKey,
  waitingKey,
} from '../dynamo/item-keys.ts'
import {
  headValues,
  liveValues,
  openIndex,
  readHead,
  readLive,
  readRun,
  readSweep,
  readTrial,
  runValues,
  sweepValues,
  trialValues,
} from '../dynamo/records.ts'
import { readPack, readRung, rungSlots } from '../dynamo/search.ts'
import { decodeRows } from './chunk-codec.ts'

type Values = Readonly<Record<string, Attribute | undefined>>
export interface Restorable {
  readonly key: ItemKey
  readonly values: Values
}

/** Key attributes, which are rebuilt, and attributes that only matter during a write. */
const LEFT_OUT: ReadonlySet<string> = new Set(['pk', 'sk', 'gsi1pk', 'gsi1sk', 'mark', 'first', 'former'])

export function backupItem(of: BackupItem['of'], id: string, item: Attributes): BackupItem {
  const attributes = Object.entries(item)
    .filter(([name]) => !LEFT_OUT.has(name))
    .map(([name, value]) => [name, written(value)] as const)
  return { of, id, sk: textOf(item, 'sk'), attributes: Object.fromEntries(attributes) }
}

function written(value: Attribute): BackupItem['attributes'][string] {
  if (typeof value === 'string' || typeof value === 'number') return value
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') }
  return { numbers: [...value] }
}

function read(value: BackupItem['attributes'][string]): Attribute {
  if (typeof value !== 'object') return value
  return 'bytes' in value ? new Uint8Array(Buffer.from(value.bytes, 'base64')) : new Set(value.numbers)
}

/**
 * Rebuilds an item for this project through the reader and writer of its kind, so that unreadable items are refused and items of
 * older versions get today's form. `at` is its position in the request.
 */
export function restorable(
  project: ProjectKey,
  { of, id, sk, attributes }: BackupItem,
  at: number,
): Restorable {
  const item = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, read(value)]))
  try {
    if (of === 'document') return documentOf(project, sk, item)
    return of === 'sweep'
      ? ofSweep({ ...project, sweep: id }, sk, item)
      : ofRun({ ...project, run: id }, sk, item)
  } catch (cause) {
    const message = `is not a valid ${of} item: ${cause instanceof Error ? cause.message : cause}`
    throw new Problem('invalid', 'bad-backup', `items.${at} (${of} ${id} ${sk}) ${message}`, {
      issues: [{ path: `items.${at}`, message }],
      cause,
    })
  }
}

function documentOf(project: ProjectKey, sk: string, item: Attributes): Restorable {
  if (sk.startsWith(WEBHOOK_PREFIX)) throw new Error('webhooks are not restored; create them in the project')
  return {
    key: documentKey(project, parseDocumentSk(sk)),
    values: { rev: numberOf(item, 'rev'), text: packText(unpackText(item, 'text')) },
  }
}

function ofSweep(key: SweepKey, sk: string, item: Attributes): Restorable {
  const [kind] = sk.split('#')
  switch (kind) {
    case META:
      return { key: sweepMetaKey(key), values: sweepValues(dated(readSweep(key, item))) }
    case HEAD:
      // Listed as open whatever its state: `reconcile` visits it once and removes an ended one.
      return { key: headKey(key), values: { ...headValues(key, readHead(item)), ...openIndex(key) } }
    case 'TRIAL': {
      const at = { ...key, number: whole(parseTrialKey({ pk: '', sk }).number) }
      return { key: trialKey(at), values: trialValues(dated(readTrial(at, item))) }
    }
    case 'PACK': {
      const { block, form } = readPack({ ...item, sk })
      return { key: packKey(key, whole(block)), values: { form, bytes: bytesOf(item, 'bytes') } }
    }
    case 'POINT':
      return {
        key: pointKey(key, whole(parsePointSk(sk))),
        values: { holder: whole(numberOf(item, 'holder')) },
      }
    case 'RUNG': {
      const at = parseRungSk(sk)
      for (const { number } of readRung({ ...item, sk })) whole(number)
      return 'number' in at
        ? { key: rungKey(key, at.rung, at.number), values: { at: bytesOf(item, 'at') } }
        : { key: rungBlockKey(key, at.rung, whole(at.block)), values: rungSlots(item) }
    }
    case 'WAIT': {
      const numbers = setOf(item, 'numbers').map(whole)
      const values = { numbers: numbers.length > 0 ? new Set(numbers) : undefined }
      return { key: waitingKey(key, whole(parseWaitingSk(sk))), values }
    }
    case 'AGENT':
      return {
        key: agentKey(key, parseAgentSk(sk)),
        values: { rev: whole(numberOf(item, 'rev')), doc: JSON.stringify(JSON.parse(textOf(item, 'doc'))) },
      }
    default:
      throw new Error(`unknown kind of sweep item: ${kind}`)
  }
}

function ofRun(key: RunKey, sk: string, item: Attributes): Restorable {
  if (sk === META) return { key: runMetaKey(key), values: runValues(dated(readRun(key, item))) }
  if (sk === LIVE) return { key: liveKey(key), values: liveValues(readLive(key, item)) }
  const series = parseSeries(sk)
  if (series === undefined) throw new Error(`unknown kind of run item: ${sk.slice(0, 40)}`)
  const { first, attempt, digest } = parseChunkSk(sk)
  const rows = decodeRows(bytesOf(item, 'rows'))
  if (rows[0]?.index !== first) throw new Error('its first row does not match its key')
  return {
    key: chunkKey(key, series, { first: whole(first), attempt: whole(attempt), digest }),
    values: {
      rows: bytesOf(item, 'rows'),
      last: rows.at(-1)!.index,
      received: numberOf(item, 'received'),
    },
  }
}

/** A number that becomes part of a key. */
function whole(value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new Error(`${value} is not a non-negative integer`)
}

/** The field of a JSON record that the index uses. */
function dated<T extends { readonly createdAt: number }>(record: T): T {
  whole(record.createdAt)
  return record
}

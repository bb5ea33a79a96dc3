/**
 * All keys of the table are built and parsed here. Names from outside are percent-encoded, so that no separator enters a key;
 * numbers are padded, because DynamoDB sorts text. `@` sorts before letters, so the halves of a sweep or run (`@HEAD`, `@LIVE`,
 * `@META`) come first in their partition and one Query reads both.
 */
import { createHash } from 'node:crypto'
import type { ProjectKey, RunKey, SweepKey, TrialKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Series } from '../codec/chunk.ts'
import { padded, parseSortableFloat, sortableFloat } from '../codec/sortable.ts'

export interface ItemKey {
  readonly pk: string
  readonly sk: string
}
/** Part of a partition: sort keys with a prefix, or from `from` to `to`, both inclusive. */
export type ItemRange =
  | { readonly pk: string; readonly prefix: string }
  | { readonly pk: string; readonly from: string; readonly to: string }
  | { readonly pk: string }

/** Key in the sparse index. `gsi1sk` need not be unique. */
export interface IndexKey {
  readonly gsi1pk: string
  readonly gsi1sk: string
}

function part(text: string): string {
  try {
    return encodeURIComponent(text)
  } catch (cause) {
    // A lone surrogate has no UTF-8 form; DynamoDB would store another text.
    throw new Problem(
      'invalid',
      'bad-name',
      `${JSON.stringify(text)} is not well-formed Unicode; choose another name`,
      {
        cause,
      },
    )
  }
}
const parts = (...texts: readonly string[]) => texts.map(part).join('/')
const unpart = (text: string | undefined): string => decodeURIComponent(text ?? '')

/** Digits of a trial number; the highest run_cap has eight. */
const NUMBER_DIGITS = 9
const LAST_NUMBER = 10 ** NUMBER_DIGITS - 1
/** 2^53 has 16 digits. */
const INDEX_DIGITS = 16

export const sweepPk = (key: SweepKey): string => `SWEEP#${parts(key.entity, key.project, key.sweep)}`
export const runPk = (key: RunKey): string => `RUN#${parts(key.entity, key.project, key.run)}`

export function parseSweepPk(pk: string): SweepKey {
  const [entity, project, sweep] = pk.slice('SWEEP#'.length).split('/')
  return { entity: unpart(entity), project: unpart(project), sweep: unpart(sweep) }
}
export function parseRunPk(pk: string): RunKey {
  const [entity, project, run] = pk.slice('RUN#'.length).split('/')
  return { entity: unpart(entity), project: unpart(project), run: unpart(run) }
}

export const HEAD = '@HEAD'
export const LIVE = '@LIVE'
export const META = '@META'
const ONLY = '@'

export const headKey = (key: SweepKey): ItemKey => ({ pk: sweepPk(key), sk: HEAD })
export const sweepMetaKey = (key: SweepKey): ItemKey => ({ pk: sweepPk(key), sk: META })
export const sweepHalves = (key: SweepKey): ItemRange => ({ pk: sweepPk(key), prefix: '@' })
export const liveKey = (key: RunKey): ItemKey => ({ pk: runPk(key), sk: LIVE })
export const runMetaKey = (key: RunKey): ItemKey => ({ pk: runPk(key), sk: META })
export const runHalves = (key: RunKey): ItemRange => ({ pk: runPk(key), prefix: '@' })

/** All items of a sweep except its halves, which sort before. */
export const sweepContents = (key: SweepKey): ItemRange => ({ pk: sweepPk(key), from: 'A', to: '~' })
export const wholeRun = (key: RunKey): ItemRange => ({ pk: runPk(key) })

const trialSk = (number: number) => `TRIAL#${padded(number, NUMBER_DIGITS)}`
export const trialKey = (key: TrialKey): ItemKey => ({ pk: sweepPk(key), sk: trialSk(key.number) })
/** Both numbers inclusive; without `to`, to the end. */
export const trialRange = (key: SweepKey, from: number, to: number = LAST_NUMBER): ItemRange => ({
  pk: sweepPk(key),
  from: trialSk(from),
  to: trialSk(Math.min(to, LAST_NUMBER)),
})
export const parseTrialKey = ({ pk, sk }: ItemKey): TrialKey => ({
  ...parseSweepPk(pk),
  number: Number(sk.slice('TRIAL#'.length)),
})

/** A block of packed trials. */
export const packKey = (key: SweepKey, block: number): ItemKey => ({ pk: sweepPk(key), sk: packSk(block) })
const packSk = (block: number) => `PACK#${padded(block, NUMBER_DIGITS)}`
/** From a block on. */
export const packRange = (key: SweepKey, from: number): ItemRange => ({
  pk: sweepPk(key),
  from: packSk(from),
  to: packSk(LAST_NUMBER),
})
/** What the repair of a sweep has read, see `store/repairs.ts`. A copy, so backups leave it out. */
export const REPAIR = 'REPAIR'
export const repairKey = (key: SweepKey): ItemKey => ({ pk: sweepPk(key), sk: REPAIR })

/** Counts of amendments by block of trials, see `SweepStore.listAmended`. It only separates copies, so backups leave it out. */
export const AMENDED = 'AMENDED'
export const amendedKey = (key: SweepKey): ItemKey => ({ pk: sweepPk(key), sk: AMENDED })

export const parsePointSk = (sk: string): number => Number(sk.slice('POINT#'.length))
export const parseAgentSk = (sk: string): string => unpart(sk.slice('AGENT#'.length))
export const parsePackSk = (sk: string): number => Number(sk.slice('PACK#'.length))

/** A point of a finite space, by its cell number. */
export const pointKey = (key: SweepKey, cell: number): ItemKey => ({
  pk: sweepPk(key),
  sk: `POINT#${padded(cell, INDEX_DIGITS)}`,
})

/** Waiting numbers that share an item, which stays below 1 KB. */
export const WAITING_BLOCK = 200
export const waitingKey = (key: SweepKey, block: number): ItemKey => ({
  pk: sweepPk(key),
  sk: `WAIT#${padded(block, NUMBER_DIGITS)}`,
})
export const waitingRange = (key: SweepKey): ItemRange => ({ pk: sweepPk(key), prefix: 'WAIT#' })
export const parseWaitingSk = (sk: string): number => Number(sk.slice('WAIT#'.length))

export const agentKey = (key: SweepKey, id: string): ItemKey => ({
  pk: sweepPk(key),
  sk: `AGENT#${part(id)}`,
})
export const agentRange = (key: SweepKey): ItemRange => ({ pk: sweepPk(key), prefix: 'AGENT#' })

/** Rungs may be fractional or large, hence the sortable form. */
const rungSk = (rung: number) => `RUNG#${sortableFloat(rung)}`
/** Trials whose values at a rung share an item. The item stays below 1 KB, so that storing a value costs one write unit. */
export const RUNG_BLOCK = 20
export const rungBlockOf = (number: number): number => Math.floor((number - 1) / RUNG_BLOCK)
/** 2^32 divided by the golden ratio: the blocks with the lowest multiples (modulo 2^32) are spread evenly over all blocks. */
const GOLDEN = 0x9e3779b9
/** Of all blocks of a rung, the share that sorts up to this one. Blocks are sorted such that the first ones are an even selection. */
export const shareUpTo = (block: number): number => (orderOf(block) + 1) / 2 ** 32
const orderOf = (block: number): number => Math.imul(block, GOLDEN) >>> 0
export const rungBlockKey = (key: SweepKey, rung: number, block: number): ItemKey => ({
  pk: sweepPk(key),
  sk: `${rungSk(rung)}!${orderOf(block).toString(16).padStart(8, '0')}#${padded(block, NUMBER_DIGITS)}`,
})
/** One value, as earlier versions stored it; sorts after the blocks. */
export const rungKey = (key: SweepKey, rung: number, number: number): ItemKey => ({
  pk: sweepPk(key),
  sk: `${rungSk(rung)}#${padded(number, NUMBER_DIGITS)}`,
})
/** Blocks and single values; after the sort key `after`, if given. */
export const rungRange = (key: SweepKey, rung: number, after?: string): ItemRange =>
  after === undefined
    ? { pk: sweepPk(key), prefix: rungSk(rung) }
    : { pk: sweepPk(key), from: `${after}!`, to: `${rungSk(rung)}~` }
export function parseRungSk(sk: string): { rung: number; block: number } | { rung: number; number: number } {
  const [, rung = '', last] = sk.split('#')
  const [value = '', order] = rung.split('!')
  const at = parseSortableFloat(value)
  return order === undefined ? { rung: at, number: Number(last) } : { rung: at, block: Number(last) }
}

const SERIES = { metrics: 'HIST', system: 'SYS', console: 'LOG', media: 'MEDIA' } as const satisfies Record<
  Series,
  string
>
const chunkSk = (series: Series, first: number) => `${SERIES[series]}#${padded(first, INDEX_DIGITS)}#`

/** Identity of a chunk within its run: the index of its first row, and a digest of its content. */
export interface ChunkId {
  readonly first: number
  readonly attempt: number
  readonly digest: string
}
export const chunkKey = (key: RunKey, series: Series, id: ChunkId): ItemKey => ({
  pk: runPk(key),
  sk: `${chunkSk(series, id.first)}${id.attempt}#${id.digest}`,
})
/** Chunks with a first index in [from, to]. */
export const chunkRange = (key: RunKey, series: Series, from: number, to: number): ItemRange => ({
  pk: runPk(key),
  from: chunkSk(series, from),
  to: `${chunkSk(series, to)}~`,
})
export const parseSeries = (sk: string): Series | undefined => {
  const word = sk.slice(0, sk.indexOf('#'))
  return (Object.keys(SERIES) as Series[]).find((series) => SERIES[series] === word)
}
export function parseChunkSk(sk: string): ChunkId {
  const [, first, attempt, digest = ''] = sk.split('#')
  return { first: Number(first), attempt: Number(attempt), digest }
}

/** Holds the table's format version, see `migrate.ts`. */
export const schemaKey: ItemKey = { pk: 'SCHEMA', sk: ONLY }

/** Resolves a bare sweep id, and makes it unique in the deployment. */
export const pointerKey = (sweep: string): ItemKey => ({ pk: `SWEEPID#${part(sweep)}`, sk: ONLY })

/** All entities that were created in the deployment, in one partition. */
const ENTITIES = 'ENTITIES'
export const entityKey = (entity: string): ItemKey => ({ pk: ENTITIES, sk: part(entity) })
export const entityRange: ItemRange = { pk: ENTITIES }
export const parseEntitySk = (sk: string): string => unpart(sk)

const entityPk = (entity: string) => `ENTITY#${part(entity)}`
export const projectKey = (key: ProjectKey): ItemKey => ({
  pk: entityPk(key.entity),
  sk: `PROJECT#${part(key.project)}`,
})
export const projectRange = (entity: string): ItemRange => ({ pk: entityPk(entity), prefix: 'PROJECT#' })
export const parseProjectKey = ({ pk, sk }: ItemKey): ProjectKey => ({
  entity: unpart(pk.slice('ENTITY#'.length)),
  project: unpart(sk.slice('PROJECT#'.length)),
})

/** An API key by its hash, for authentication. */
export const apiKeyKey = (hash: string): ItemKey => ({ pk: `KEY#${part(hash)}`, sk: ONLY })
/** The same API key under its entity, for listing. */
export const apiKeyEntry = (entity: string, id: string): ItemKey => ({
  pk: entityPk(entity),
  sk: `KEY#${part(id)}`,
})
export const apiKeyRange = (entity: string): ItemRange => ({ pk: entityPk(entity), prefix: 'KEY#' })

/** Request counter of an API key for a minute since 1970; one partition each, so that none is hot. */
export const rateKey = (id: string, window: number): ItemKey => ({
  pk: `RATE#${part(id)}`,
  sk: String(window),
})

export const documentKey = (key: ProjectKey, name: string): ItemKey => ({
  pk: `DOCS#${parts(key.entity, key.project)}`,
  sk: parts(...name.split('/')),
})
export const documentRange = (key: ProjectKey, prefix: string): ItemRange => ({
  pk: `DOCS#${parts(key.entity, key.project)}`,
  prefix: parts(...prefix.split('/')),
})
export const allDocuments = (key: ProjectKey): ItemRange => ({
  pk: `DOCS#${parts(key.entity, key.project)}`,
})
export const parseDocumentSk = (sk: string): string => sk.split('/').map(unpart).join('/')

const digestOf = (text: string, digits: number) =>
  createHash('sha256').update(text).digest('hex').slice(0, digits)

/** Keyed by digest, since receipt ids are opaque texts of any length. */
export const receiptKey = (id: string): ItemKey => ({ pk: `RECEIPT#${digestOf(id, 64)}`, sk: ONLY })

/** Partitions of the index. */
export const sweepsOf = (key: ProjectKey): string => `SWEEPS#${parts(key.entity, key.project)}`
export const runsOf = (key: ProjectKey): string => `RUNS#${parts(key.entity, key.project)}`
export const OPEN_SWEEPS = 'OPEN#SWEEPS'
export const OPEN_RUNS = 'OPEN#RUNS'

// A digest of the run id separates equal times; the id itself may exceed an index key (1,024 bytes).
const spread = (pk: string) => digestOf(pk, 12)
/** Sorted by creation; `createdAt` in Unix ms. */
export const byCreation = (createdAt: number, pk: string): string =>
  `${padded(Math.max(0, Math.trunc(createdAt)), INDEX_DIGITS)}#${spread(pk)}`
/** Unsorted. */
export const byDigest = (pk: string): string => spread(pk)

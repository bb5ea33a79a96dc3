/**
 * The only place that knows how things are addressed in the table. Names from outside are percent-encoded, so that no
 * separator enters a key; numbers are padded, because DynamoDB sorts text. `@` sorts before letters: the halves of a
 * thing (`@HEAD`, `@LIVE`, `@META`) come first in its partition and one Query reads both.
 */
import { createHash } from 'node:crypto'
import type { ProjectKey, RunKey, SweepKey, TrialKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Series } from '../codec/chunk.ts'
import { padded, parseSortableFloat, sortableFloat } from '../codec/sortable.ts'

/** Address of one item. */
export interface ItemKey {
  readonly pk: string
  readonly sk: string
}
/** A stretch of one partition: every sort key that begins with `prefix`, or lies between `from` and `to`, both included. */
export type ItemRange =
  | { readonly pk: string; readonly prefix: string }
  | { readonly pk: string; readonly from: string; readonly to: string }
  | { readonly pk: string }

/** A place in the sparse index. `gsi1sk` need not be unique. */
export interface IndexKey {
  readonly gsi1pk: string
  readonly gsi1sk: string
}

function part(text: string): string {
  try {
    return encodeURIComponent(text)
  } catch (cause) {
    // A lone surrogate is no text in UTF-8; DynamoDB would store something else.
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

/** Trials are numbered below 10^9, one magnitude above the highest cap twice over. */
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

/** All of a sweep but its halves, which sort before. */
export const sweepContents = (key: SweepKey): ItemRange => ({ pk: sweepPk(key), from: 'A', to: '~' })
export const wholeRun = (key: RunKey): ItemRange => ({ pk: runPk(key) })

const trialSk = (number: number) => `TRIAL#${padded(number, NUMBER_DIGITS)}`
export const trialKey = (key: TrialKey): ItemKey => ({ pk: sweepPk(key), sk: trialSk(key.number) })
/** Both numbers included; without `to`, to the end. */
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
export const parsePointSk = (sk: string): number => Number(sk.slice('POINT#'.length))
export const parseAgentSk = (sk: string): string => unpart(sk.slice('AGENT#'.length))
export const parsePackSk = (sk: string): number => Number(sk.slice('PACK#'.length))

/** A point of a finite space, by the number of its cell. */
export const pointKey = (key: SweepKey, cell: number): ItemKey => ({
  pk: sweepPk(key),
  sk: `POINT#${padded(cell, INDEX_DIGITS)}`,
})

export const agentKey = (key: SweepKey, id: string): ItemKey => ({
  pk: sweepPk(key),
  sk: `AGENT#${part(id)}`,
})
export const agentRange = (key: SweepKey): ItemRange => ({ pk: sweepPk(key), prefix: 'AGENT#' })

/** Rungs may be fractional or huge, hence the sortable form. */
const rungSk = (rung: number) => `RUNG#${sortableFloat(rung)}#`
export const rungKey = (key: SweepKey, rung: number, number: number): ItemKey => ({
  pk: sweepPk(key),
  sk: rungSk(rung) + padded(number, NUMBER_DIGITS),
})
export const rungRange = (key: SweepKey, rung: number): ItemRange => ({
  pk: sweepPk(key),
  prefix: rungSk(rung),
})
export function parseRungSk(sk: string): { rung: number; number: number } {
  const [, rung = '', number] = sk.split('#')
  return { rung: parseSortableFloat(rung), number: Number(number) }
}

const SERIES = { metrics: 'HIST', system: 'SYS', console: 'LOG' } as const satisfies Record<Series, string>
const chunkSk = (series: Series, first: number) => `${SERIES[series]}#${padded(first, INDEX_DIGITS)}#`

/** What tells chunks of a run apart: `first` is the index of its first row, `digest` stands for its content. */
export interface ChunkId {
  readonly first: number
  readonly attempt: number
  readonly digest: string
}
export const chunkKey = (key: RunKey, series: Series, id: ChunkId): ItemKey => ({
  pk: runPk(key),
  sk: `${chunkSk(series, id.first)}${id.attempt}#${id.digest}`,
})
/** Chunks whose first index lies in [from, to]. */
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

/** Says which version the table is of, see `migrate.ts`. */
export const schemaKey: ItemKey = { pk: 'SCHEMA', sk: ONLY }

/** Where a bare sweep id is resolved; its existence makes the id unique in the deployment. */
export const pointerKey = (sweep: string): ItemKey => ({ pk: `SWEEPID#${part(sweep)}`, sk: ONLY })

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

/** An API key as its holder presents it. */
export const apiKeyKey = (hash: string): ItemKey => ({ pk: `KEY#${part(hash)}`, sk: ONLY })
/** The same API key as its owner lists it. */
export const apiKeyEntry = (entity: string, id: string): ItemKey => ({
  pk: entityPk(entity),
  sk: `KEY#${part(id)}`,
})
export const apiKeyRange = (entity: string): ItemRange => ({ pk: entityPk(entity), prefix: 'KEY#' })

/** How many requests of an API key were counted in a minute since 1970; spread, so that no partition is hot. */
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

/** Receipts are addressed by digest: their ids are opaque texts of any length. */
export const receiptKey = (id: string): ItemKey => ({ pk: `RECEIPT#${digestOf(id, 64)}`, sk: ONLY })

/** Partitions of the index. */
export const sweepsOf = (key: ProjectKey): string => `SWEEPS#${parts(key.entity, key.project)}`
export const runsOf = (key: ProjectKey): string => `RUNS#${parts(key.entity, key.project)}`
export const OPEN_SWEEPS = 'OPEN#SWEEPS'
export const OPEN_RUNS = 'OPEN#RUNS'

// A long run id would not fit into an index key (1,024 bytes), so a digest stands for it; it only spreads equal times.
const spread = (pk: string) => digestOf(pk, 12)
/** Sorts by creation; `createdAt` in Unix ms. */
export const byCreation = (createdAt: number, pk: string): string =>
  `${padded(Math.max(0, Math.trunc(createdAt)), INDEX_DIGITS)}#${spread(pk)}`
/** Sorts by nothing in particular. */
export const byDigest = (pk: string): string => spread(pk)

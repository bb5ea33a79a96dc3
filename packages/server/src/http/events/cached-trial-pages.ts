import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { type Json, stringifyJson } from '@chimney/core/schema/json'
import type { SweepKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { type AmendedBlocks, amendedBlocks } from '../../sweeps/results/amended-blocks.ts'
import { readNumbers } from '../../sweeps/trials/read-numbers.ts'
import {
  MAX_UNSETTLED,
  mayChange,
  pageVersion,
  readTrialPage,
  TRIALS_PER_PAGE,
  trialPagesPrefix,
} from '../../sweeps/trials/trial-pages.ts'
import { trialBody } from '../responses/bodies.ts'

/** Part of the file name. Raise it when the body of a trial changes: then texts are written again. */
const FORMAT = 2
/** Of one response. A function may return 6 MB, in which each quotation mark takes two bytes. A page has 2 MB at most. */
const MAX_BYTES = 4_400_000
/** Read at once: about as many as one response can hold. */
const MAX_PAGES = 24

export interface CachedTrialPages {
  /** JSON texts of trial bodies, separated by commas; one text per page. */
  readonly texts: readonly Uint8Array[]
  /** Every trial up to this number is in the texts or in those of earlier responses. */
  readonly upTo: number
  /** There may be further pages, which exceed the size of this response. */
  readonly full: boolean
  /** Number of further trials that the response can hold, at 1,000 characters each. */
  readonly room: number
}

/**
 * Full pages of ended trials after the number `after`, as JSON text that is cached beside the pages. So the table is not read and
 * the text is not written again, which dominates the time of the response at 10,000 trials. `after` must be the end of a page. The
 * first reader of a page writes its text.
 */
export async function cachedTrialPages(
  deps: Pick<Deps, 'store' | 'files' | 'clock' | 'onFailure'>,
  sweep: { readonly record: SweepRecord; readonly head: SweepHead },
  after: number,
  maxBytes = MAX_BYTES,
): Promise<CachedTrialPages> {
  const first = Math.ceil(after / TRIALS_PER_PAGE)
  const isPageEnd = first * TRIALS_PER_PAGE === after
  const available = isPageEnd ? Math.max(0, Math.floor(sweep.head.settled / TRIALS_PER_PAGE) - first) : 0
  const pages = Array.from({ length: Math.min(available, MAX_PAGES) }, (_, i) => first + i)
  const blocks = await amendedBlocks(deps, sweep.record.key, sweep.head)
  const found = await Promise.all(pages.map((page) => textOf(deps, sweep.record, page, blocks)))
  const texts: Uint8Array[] = []
  let bytes = 0
  for (const text of found) {
    if (text === undefined || (texts.length > 0 && bytes + text.length > maxBytes)) break
    bytes += text.length
    texts.push(text)
  }
  const next = found[texts.length]
  return {
    texts,
    upTo: after + texts.length * TRIALS_PER_PAGE,
    full: next !== undefined || (texts.length === MAX_PAGES && available > MAX_PAGES),
    // Full pages, so that the next response can start with one.
    room: TRIALS_PER_PAGE * Math.max(1, Math.floor((maxBytes - bytes) / 1_000 / TRIALS_PER_PAGE)),
  }
}

/**
 * The text of a page; undefined for a page of which many trials may still change, or whose sweep was deleted. The file has a line with
 * the numbers of crashed trials whose late result may still come, then a line for each trial. Those are read from the table.
 */
async function textOf(
  deps: Pick<Deps, 'store' | 'files' | 'clock' | 'onFailure'>,
  record: SweepRecord,
  page: number,
  blocks: AmendedBlocks,
): Promise<Uint8Array | undefined> {
  const name = `${trialPagesPrefix(record)}told-${FORMAT}-${page}${pageVersion(page, blocks)}.json.gz`
  const cached = await deps.files.get(name)
  if (cached) {
    const text = await current(deps, record.key, page, await promisify(gunzip)(cached))
    if (text) return text
  }
  const { trials, unsettled } = await readTrialPage(deps, record, page, blocks)
  if (trials.length < TRIALS_PER_PAGE || unsettled.length > MAX_UNSETTLED) return undefined
  const text = new TextEncoder().encode(trials.map(bodyText).join(SEPARATOR))
  const file = Buffer.concat([Buffer.from(`${JSON.stringify(unsettled)}\n`), text])
  // A failed write does not fail the request.
  await deps.files
    .put(name, new Uint8Array(await promisify(gzip)(file)), 'application/gzip')
    .catch((error: unknown) => deps.onFailure?.('the cache of event pages', error))
  return text
}

/** JSON text has no line breaks, and allows them between values. */
const SEPARATOR = ',\n'

const bodyText = (trial: TrialRecord): string =>
  stringifyJson(trialBody(trial) as Json, { nonFinite: 'string' })

/** The text with the trials that may have changed as they are now; undefined when one of them cannot change any more. */
async function current(
  deps: Pick<Deps, 'store' | 'clock'>,
  key: SweepKey,
  page: number,
  file: Buffer,
): Promise<Uint8Array | undefined> {
  const start = file.indexOf('\n') + 1
  const unsettled = JSON.parse(file.toString('utf8', 0, start)) as readonly number[]
  const text = file.subarray(start)
  if (unsettled.length === 0) return text
  const wanted = new Set(unsettled)
  const read = (await readNumbers(deps, key, unsettled)).filter((trial) => wanted.has(trial.key.number))
  const now = deps.clock.now()
  if (read.length < unsettled.length || read.some((trial) => !mayChange(trial, now))) return undefined
  const lines = text.toString().split(SEPARATOR)
  for (const trial of read) lines[trial.key.number - 1 - page * TRIALS_PER_PAGE] = bodyText(trial)
  return Buffer.from(lines.join(SEPARATOR))
}

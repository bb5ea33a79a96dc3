import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { type Json, stringifyJson } from '@chimney/core/schema/json'
import type { Deps } from '../../deps.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import { readTrialPage, TRIALS_PER_PAGE, trialPagesPrefix } from '../../sweeps/trials/trial-pages.ts'
import { trialBody } from '../answers/present.ts'

/** Counts up with every change of what a trial's body says, or how: texts of another form are written anew. */
const FORM = 1
/** Of one answer, in bytes: a function may answer 6 MB, in which each quotation mark takes two. A block has 2 MB at most. */
const MAX_BYTES = 4_400_000
/** So many are looked for at once: about what fits. */
const MAX_BLOCKS = 24

export interface ToldBlocks {
  /** Bodies of trials with commas between them, as they stand in an answer. */
  readonly texts: readonly Uint8Array[]
  /** Every trial up to this number is in the texts, or in those of earlier answers. */
  readonly upTo: number
  /** There may be further blocks, for which this answer has no room. */
  readonly full: boolean
  /** So many trials still fit, of a thousand characters each. */
  readonly room: number
}

/**
 * Whole blocks of trials that have ended, beyond the number `after`, as text that is kept beside the blocks' records: nothing is read
 * from the table and nothing is written anew, which for ten thousand trials takes longer than all the rest. Begins at the first
 * trial of a block only. Whoever is the first to ask for a block writes its text.
 */
export async function toldBlocks(
  deps: Pick<Deps, 'store' | 'files' | 'clock'>,
  sweep: { readonly record: SweepRecord; readonly head: SweepHead },
  after: number,
  maxBytes = MAX_BYTES,
): Promise<ToldBlocks> {
  const first = Math.ceil(after / TRIALS_PER_PAGE)
  const there =
    first * TRIALS_PER_PAGE === after
      ? Math.max(0, Math.floor(sweep.head.settled / TRIALS_PER_PAGE) - first)
      : 0
  const blocks = Array.from({ length: Math.min(there, MAX_BLOCKS) }, (_, i) => first + i)
  const found = await Promise.all(blocks.map((block) => textOf(deps, sweep.record, block)))
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
    full: next !== undefined || (texts.length === MAX_BLOCKS && there > MAX_BLOCKS),
    // Whole blocks, so that the next answer can begin with one.
    room: TRIALS_PER_PAGE * Math.max(1, Math.floor((maxBytes - bytes) / 1_000 / TRIALS_PER_PAGE)),
  }
}

/** Undefined for a block that may still change, or that was deleted. */
async function textOf(
  deps: Pick<Deps, 'store' | 'files' | 'clock'>,
  record: SweepRecord,
  block: number,
): Promise<Uint8Array | undefined> {
  const name = `${trialPagesPrefix(record)}told-${FORM}-${block}.json.gz`
  const kept = await deps.files.get(name)
  if (kept) return promisify(gunzip)(kept)
  const { trials, final } = await readTrialPage(deps, record, block)
  if (!final) return undefined
  const bodies = trials.map((trial) => stringifyJson(trialBody(trial) as Json, { nonFinite: 'string' }))
  const text = new TextEncoder().encode(bodies.join(','))
  // Whoever asked gets an answer also where nothing can be kept.
  await deps.files
    .put(name, new Uint8Array(await promisify(gzip)(text)), 'application/gzip')
    .catch(() => undefined)
  return text
}

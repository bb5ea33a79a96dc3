import { createHash } from 'node:crypto'
import type { Prior } from '@chimney/core/samplers/sampler'
import { type Json, numberOf, parseJson, stringifyJson } from '@chimney/core/schema/json'
import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import { Problem } from '@chimney/core/schema/problem'
import { mostTelling } from '@chimney/core/sweep/prior'
import type { Deps } from '../../deps.ts'
import type { Store } from '../../store/store.ts'
import type { SweepRecord } from '../../store/sweeps.ts'

/** What a sweep's search knew before it began. */
export interface Known {
  readonly priors: readonly Prior[]
  /** Points of a grid that ran before. They take no number, and are not run again. */
  readonly cells: readonly Params[]
}

const NOTHING: Known = { priors: [], cells: [] }

/** A document holds 300 KB, and every function that begins to search reads it. */
const MOST_CHARACTERS = 200_000

const prefixOf = ({ sweep }: SweepKey): string => `priors/${sweep}/`

/**
 * Keeps what a sweep's search knew before it began, and tells under which name. It never changes: other priors get another name.
 * As many priors as fit, the most telling ones first. Throws `Problem('invalid', 'invalid-warm-start')` for more cells than fit.
 */
export async function keepPriors(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  { priors, cells }: Known,
): Promise<{ readonly document: string; readonly count: number }> {
  if (stringifyJson(cells as unknown as Json).length > MOST_CHARACTERS) throw tooMuch()
  const textOf = (kept: readonly Prior[]) => stringifyJson({ priors: kept, cells } as unknown as Json)
  let kept = priors
  let text = textOf(kept)
  while (text.length > MOST_CHARACTERS && kept.length > 1) {
    kept = mostTelling(kept, Math.max(1, Math.floor((kept.length * MOST_CHARACTERS) / text.length)))
    text = textOf(kept)
  }
  const document = `${prefixOf(key)}${createHash('sha256').update(text).digest('base64url').slice(0, 16)}`
  // One that stands says the same.
  await deps.store.putDocument(key, { name: document, text, rev: 1 })
  return { document, count: kept.length + cells.length }
}

function tooMuch(): Problem {
  const message = `the runs that a grid leaves out have more than ${MOST_CHARACTERS} characters of parameters`
  const issue = { path: 'warm_start.runs', message, fix: 'name fewer runs, or make the grid smaller' }
  return new Problem('invalid', 'invalid-warm-start', message, { issues: [issue] })
}

/** A function that stays warm works on one store for all its life, a test on one for each case. */
const memories = new WeakMap<Store, Map<string, Known>>()
const MOST_REMEMBERED = 20

/** What the sweep's search knew before it began. */
export async function readPriors(
  deps: Pick<Deps, 'store'>,
  { key, priors }: Pick<SweepRecord, 'key' | 'priors'>,
): Promise<Known> {
  if (priors === undefined) return NOTHING
  const memory = memories.get(deps.store) ?? new Map<string, Known>()
  memories.set(deps.store, memory)
  const name = `${sweepPath(key)} ${priors.document}`
  const known = memory.get(name)
  if (known) return known
  const found = await deps.store.getDocument(key, priors.document)
  const stored = found && (parseJson(found.text) as unknown as Stored)
  const read = stored ? { ...stored, priors: stored.priors.map(priorOf) } : NOTHING
  memory.set(name, read)
  if (memory.size > MOST_REMEMBERED) memory.delete(memory.keys().next().value!)
  return read
}

/** For a sweep that is deleted. */
export async function dropPriors(deps: Pick<Deps, 'store'>, key: SweepKey): Promise<void> {
  for (const { name } of await deps.store.listDocuments(key, prefixOf(key)))
    await deps.store.deleteDocument(key, name)
}

/** Whole numbers may have been read as what a training program would write for them. */
interface Stored {
  readonly priors: readonly StoredPrior[]
  readonly cells: readonly Params[]
}
interface StoredPrior {
  readonly params: Params
  readonly loss: Json
  readonly rung?: Json
  readonly losses?: readonly Json[]
  readonly violation?: Json
  readonly source?: string
}

const priorOf = ({ params, loss, rung, losses, violation, source }: StoredPrior): Prior => ({
  params,
  loss: numberOf(loss)!,
  ...(rung !== undefined && { rung: numberOf(rung)! }),
  ...(losses !== undefined && { losses: losses.map((one) => numberOf(one)!) }),
  ...(violation !== undefined && { violation: numberOf(violation)! }),
  ...(source !== undefined && { source }),
})

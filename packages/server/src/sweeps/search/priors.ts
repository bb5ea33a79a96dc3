import { createHash } from 'node:crypto'
import type { Prior } from '@chimney/core/samplers/sampler'
import { type Json, numberOf, parseJson, stringifyJson } from '@chimney/core/schema/json'
import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import { Problem } from '@chimney/core/schema/problem'
import { mostInformative } from '@chimney/core/sweep/prior'
import type { Deps } from '../../deps.ts'
import type { Store } from '../../store/store.ts'
import type { SweepRecord } from '../../store/sweeps.ts'

/** What a warm start gives to the search of a sweep. */
export interface Priors {
  readonly priors: readonly Prior[]
  /** Grid cells that ran before. They take no number and do not run again. */
  readonly cells: readonly Params[]
}

const NO_PRIORS: Priors = { priors: [], cells: [] }

/** A document holds 300 KB, and every function that starts to search reads it. */
const MAX_CHARACTERS = 200_000

const prefixOf = ({ sweep }: SweepKey): string => `priors/${sweep}/`

/**
 * Stores the priors of a sweep and returns the name of the document. A document never changes: other priors get another name. If
 * they do not all fit, the most informative ones are kept. Throws `Problem('invalid', 'invalid-warm-start')` when the cells do
 * not fit.
 */
export async function storePriors(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  { priors, cells }: Priors,
): Promise<{ readonly document: string; readonly count: number }> {
  if (stringifyJson(cells as unknown as Json).length > MAX_CHARACTERS) throw tooManyCells()
  const textOf = (kept: readonly Prior[]) => stringifyJson({ priors: kept, cells } as unknown as Json)
  let kept = priors
  let text = textOf(kept)
  while (text.length > MAX_CHARACTERS && kept.length > 1) {
    kept = mostInformative(kept, Math.max(1, Math.floor((kept.length * MAX_CHARACTERS) / text.length)))
    text = textOf(kept)
  }
  const document = `${prefixOf(key)}${createHash('sha256').update(text).digest('base64url').slice(0, 16)}`
  // If the document exists, it has the same text.
  await deps.store.putDocument(key, { name: document, text, rev: 1 })
  return { document, count: kept.length + cells.length }
}

function tooManyCells(): Problem {
  const message = `the parameters of the runs in warm_start.runs are longer than ${MAX_CHARACTERS} characters`
  const issue = { path: 'warm_start.runs', message, fix: 'name fewer runs, or use a smaller grid' }
  return new Problem('invalid', 'invalid-warm-start', message, { issues: [issue] })
}

/** By store, so that tests with a store each do not share a cache. A function has one store. */
const caches = new WeakMap<Store, Map<string, Priors>>()
const MAX_CACHED = 20

/** The priors of a sweep, cached. */
export async function readPriors(
  deps: Pick<Deps, 'store'>,
  { key, priors }: Pick<SweepRecord, 'key' | 'priors'>,
): Promise<Priors> {
  if (priors === undefined) return NO_PRIORS
  const cache = caches.get(deps.store) ?? new Map<string, Priors>()
  caches.set(deps.store, cache)
  const id = `${sweepPath(key)} ${priors.document}`
  const cached = cache.get(id)
  if (cached) return cached
  const document = await deps.store.getDocument(key, priors.document)
  const stored = document && (parseJson(document.text, { exact: true }) as unknown as StoredPriors)
  const read = stored ? { ...stored, priors: stored.priors.map(priorOf) } : NO_PRIORS
  cache.set(id, read)
  if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value!)
  return read
}

/** For a deleted sweep. */
export async function deletePriors(deps: Pick<Deps, 'store'>, key: SweepKey): Promise<void> {
  for (const { name } of await deps.store.listDocuments(key, prefixOf(key)))
    await deps.store.deleteDocument(key, name)
}

/** As `parseJson` reads it: a number may be a `Float`. */
interface StoredPriors {
  readonly priors: readonly {
    readonly params: Params
    readonly loss: Json
    readonly rung?: Json
    readonly losses?: readonly Json[]
    readonly violation?: Json
    readonly slacks?: readonly Json[]
    readonly source?: string
  }[]
  readonly cells: readonly Params[]
}

const priorOf = ({
  params,
  loss,
  rung,
  losses,
  violation,
  slacks,
  source,
}: StoredPriors['priors'][number]): Prior => ({
  params,
  loss: numberOf(loss)!,
  ...(rung !== undefined && { rung: numberOf(rung)! }),
  ...(losses !== undefined && { losses: losses.map((one) => numberOf(one)!) }),
  ...(violation !== undefined && { violation: numberOf(violation)! }),
  ...(slacks !== undefined && { slacks: slacks.map((one) => numberOf(one)!) }),
  ...(source !== undefined && { source }),
})

import { createHash } from 'node:crypto'
import type { Prior } from '@chimney/core/samplers/sampler'
import { type Json, numberOf, parseJson, stringifyJson } from '@chimney/core/schema/json'
import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import { mostTelling } from '@chimney/core/sweep/prior'
import type { Deps } from '../deps.ts'
import type { Store, SweepRecord } from '../store/store.ts'

/** A document holds 300 KB, and every function that begins to search reads it. */
const MOST_CHARACTERS = 200_000

const prefixOf = ({ sweep }: SweepKey): string => `priors/${sweep}/`

/**
 * Keeps what a sweep's search knew before it began, and tells under which name. It never changes: other priors get another name.
 * As many as fit, the most telling ones first.
 */
export async function keepPriors(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  priors: readonly Prior[],
): Promise<{ readonly document: string; readonly count: number }> {
  let kept = priors
  let text = textOf(kept)
  while (text.length > MOST_CHARACTERS && kept.length > 1) {
    kept = mostTelling(kept, Math.max(1, Math.floor((kept.length * MOST_CHARACTERS) / text.length)))
    text = textOf(kept)
  }
  const document = `${prefixOf(key)}${createHash('sha256').update(text).digest('base64url').slice(0, 16)}`
  // One that stands says the same.
  await deps.store.putDocument(key, { name: document, text, rev: 1 })
  return { document, count: kept.length }
}

const textOf = (priors: readonly Prior[]): string => stringifyJson(priors as unknown as Json)

/** A function that stays warm works on one store for all its life, a test on one for each case. */
const memories = new WeakMap<Store, Map<string, readonly Prior[]>>()
const MOST_REMEMBERED = 20

/** What the sweep's search knew before it began. */
export async function readPriors(
  deps: Pick<Deps, 'store'>,
  { key, priors }: Pick<SweepRecord, 'key' | 'priors'>,
): Promise<readonly Prior[]> {
  if (priors === undefined) return []
  const memory = memories.get(deps.store) ?? new Map<string, readonly Prior[]>()
  memories.set(deps.store, memory)
  const name = `${sweepPath(key)} ${priors.document}`
  const known = memory.get(name)
  if (known) return known
  const found = await deps.store.getDocument(key, priors.document)
  const read = found ? (parseJson(found.text) as unknown as readonly Stored[]).map(priorOf) : []
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
  readonly params: Params
  readonly loss: Json
  readonly rung?: Json
  readonly losses?: readonly Json[]
  readonly violation?: Json
  readonly source?: string
}

const priorOf = ({ params, loss, rung, losses, violation, source }: Stored): Prior => ({
  params,
  loss: numberOf(loss)!,
  ...(rung !== undefined && { rung: numberOf(rung)! }),
  ...(losses !== undefined && { losses: losses.map((one) => numberOf(one)!) }),
  ...(violation !== undefined && { violation: numberOf(violation)! }),
  ...(source !== undefined && { source }),
})

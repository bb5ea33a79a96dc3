/**
 * What a warm function remembers of a sweep's trials. Only what cannot change is kept for good: the parameters of a trial, and how
 * it ended. A search that begins without any memory finds the same in the store.
 */
import { createHash } from 'node:crypto'
import { type Json, stringifyJson } from '@chimney/core/schema/json'
import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import { type Compact, compactOf } from '@chimney/core/space/compact'
import type { Space } from '@chimney/core/space/space'
import { lossesOf } from '@chimney/core/sweep/outcome'
import { PACK_VERSION } from '@chimney/core/sweep/pack'
import { type Told, toldOf } from '@chimney/core/sweep/told'
import type { Store } from '../../store/store.ts'
import type { SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'

export interface TrialMemory {
  /** Stands for everything that the meaning of a pack depends on. */
  readonly form: string
  readonly compact: Compact
  readonly config: SweepRecord['config']
  /** By number; undefined for trials that are open or not known. */
  readonly ended: (Told | undefined)[]
  readonly open: Map<number, Params>
  /** Ended numbers whose end may still be replaced. */
  readonly crashed: Set<number>
  /** Blocks that are known to be stored as packs. */
  readonly packed: Set<number>
  /** Every number below has ended. */
  low: number
}

/** Trials of all sweeps together; about 1 KB each. */
const MOST_REMEMBERED = 50_000

/** A function that stays warm works on one store for all its life, a test on one for each case. */
const memories = new WeakMap<Store, Map<string, TrialMemory>>()

/** The memory of a sweep, empty at first. Asking for one makes room by forgetting those that were not asked for the longest. */
export function memoryOf(store: Store, record: SweepRecord, space: Space): TrialMemory {
  const all = memories.get(store) ?? new Map<string, TrialMemory>()
  memories.set(store, all)
  const path = sweepPath(record.key)
  const form = formOf(record)
  const known = all.get(path)
  const memory = known?.form === form ? known : empty(form, record.config, space)
  all.delete(path)
  all.set(path, memory)
  let total = 0
  for (const { ended } of all.values()) total += ended.length
  for (const [other, { ended }] of all) {
    if (total <= MOST_REMEMBERED || other === path) break
    all.delete(other)
    total -= ended.length
  }
  return memory
}

/** For whoever deletes a sweep; and for tests, which then see what a function does that has just been started. */
export const forgetTrials = (store: Store, key: SweepKey): void => {
  memories.get(store)?.delete(sweepPath(key))
}

const empty = (form: string, config: SweepRecord['config'], space: Space): TrialMemory => ({
  form,
  config,
  compact: compactOf(space),
  ended: [],
  open: new Map(),
  crashed: new Set(),
  packed: new Set(),
  low: 1,
})

/** A sweep that was deleted and made anew under the same id, or whose space was changed, has other trials. */
function formOf({ createdAt, seed, config }: SweepRecord): string {
  const { parameters, metric, metrics, constraints } = config
  const content = [PACK_VERSION, createdAt, seed, parameters, metric, metrics, constraints]
  const text = stringifyJson(content as unknown as Json)
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}

/**
 * Keeps an ended trial with its parameters as a pack would give them back, so that it makes no difference to a search where it was
 * read from. Never goes back: of two readings the one that saw more is kept.
 */
export function rememberEnded(memory: TrialMemory, trial: Told): void {
  const { number } = trial
  const known = memory.ended[number]
  if (known !== undefined && known.fate !== 'crashed') return
  memory.ended[number] = trial
  memory.open.delete(number)
  if (trial.fate === 'crashed') memory.crashed.add(number)
  else memory.crashed.delete(number)
  while (memory.ended[memory.low] !== undefined) memory.low++
}

export function rememberTrial(memory: TrialMemory, { key, ...trial }: TrialRecord): void {
  const { number } = key
  const told = toldOf({ ...trial, number, losses: lossesOf(memory.config, trial.values) })
  if (told === undefined) {
    if (memory.ended[number] === undefined) memory.open.set(number, trial.params)
    return
  }
  const bytes = memory.compact.encode(told.params)
  rememberEnded(memory, bytes ? { ...told, params: memory.compact.decode(bytes) } : told)
}

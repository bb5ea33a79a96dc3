import type { Diagnosis } from '@chimney/core/schema/api/diagnosis'
import { sweepPath } from '@chimney/core/schema/names'
import { diagnose } from '@chimney/core/sweep/diagnose/diagnose'
import type { Deps } from '../../deps.ts'
import type { Store } from '../../store/store.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { readEvidence } from './read-evidence.ts'

/** A sweep whose counters have not changed is read again after so long. */
const FRESH_MS = 60_000
/** Sweeps of which the last diagnosis is kept. */
const MAX_KEPT = 50

interface Kept {
  readonly head: string
  readonly at: number
  readonly diagnosis: Diagnosis
}
/** By store, so that tests with a store each do not share a cache. */
const caches = new WeakMap<Store, Map<string, Kept>>()

/** What is wrong with a sweep; see {@link readEvidence} for how much of it is read. Cached while its head is unchanged, for at most a minute. */
export async function sweepDiagnosis(
  deps: Pick<Deps, 'store' | 'files' | 'clock'>,
  sweep: LoadedSweep,
): Promise<Diagnosis> {
  const cache = caches.get(deps.store) ?? new Map<string, Kept>()
  caches.set(deps.store, cache)
  const path = `${sweepPath(sweep.record.key)} ${sweep.record.createdAt}`
  const head = JSON.stringify([sweep.head, sweep.record.rev])
  const now = deps.clock.now()
  const kept = cache.get(path)
  if (kept?.head === head && now - kept.at < FRESH_MS) return kept.diagnosis
  const evidence = await readEvidence(deps, sweep)
  const diagnosis: Diagnosis = {
    findings: [...diagnose(evidence)],
    trials: evidence.trials.length,
    at: new Date(now).toISOString(),
  }
  cache.delete(path)
  cache.set(path, { head, at: now, diagnosis })
  if (cache.size > MAX_KEPT) cache.delete(cache.keys().next().value!)
  return diagnosis
}

import { type Json, stringifyJson } from '@chimney/core/schema/json'
import type { EnqueuedTrial, Search } from '@chimney/core/sweep/plan'
import type { Deps } from '../../deps.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import { readEnqueued } from './enqueued-trials.ts'
import { readPriors } from './priors.ts'

type Sampling = Pick<Search, 'sampler' | 'space'>

/**
 * Rebuilds the search of a sweep from what is stored. Only in a finite space does a sampler skip the points of enqueued trials; in any
 * other it needs only their numbers, and the trials are not read.
 */
export async function searchOf(
  deps: Pick<Deps, 'store' | 'clock'>,
  record: SweepRecord,
  head: Pick<SweepHead, 'enqueued'>,
): Promise<Search> {
  const sampling = await samplingOf(record)
  const { sampler, space } = sampling
  const ends = Number.isFinite(sampler.capacity({ space, seed: record.seed, enqueued: [] }))
  const enqueued: readonly EnqueuedTrial[] = ends
    ? await readEnqueued(deps, record, head.enqueued)
    : head.enqueued.map((number) => ({ number, params: {} }))
  const { cells } = await readPriors(deps, record)
  return {
    ...sampling,
    seed: record.seed,
    enqueued,
    ...(cells.length > 0 && { before: cells }),
    ...(record.config.replicates !== undefined && { replicates: record.config.replicates }),
  }
}

/** Keyed by seed and config. A sampler that keeps the order of a finite space takes up to 4 MB. */
const cache = new Map<string, Sampling>()
const MAX_CACHED = 20

/** The sampler and space of a sweep. They follow from seed and config alone, so they are cached between requests. */
export async function samplingOf({ config, seed }: Pick<SweepRecord, 'config' | 'seed'>): Promise<Sampling> {
  const id = stringifyJson([seed, config as unknown as Json])
  const cached = cache.get(id)
  if (cached) return cached
  // Imported on demand: a function that only ingests metrics does not load the models.
  const { samplerFor } = await import('@chimney/core/samplers/pick')
  const { spaceOf } = await import('@chimney/core/space/constraints/constrain')
  const space = spaceOf(config)
  const sampling = { sampler: samplerFor(config, space), space }
  cache.set(id, sampling)
  if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value!)
  return sampling
}

import { type Json, stringifyJson } from '@chimney/core/schema/json'
import { buildSpace } from '@chimney/core/space/build-space'
import type { EnqueuedTrial, Search } from '@chimney/core/sweep/plan'
import type { Deps } from '../../deps.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import { enqueuedTrial } from '../trials/enqueued-trial.ts'
import { readPriors } from './prior-trials.ts'

/** Rebuilds the search of a sweep from what is stored. Reads the enqueued trials, of which there are few. */
export async function searchOf(
  deps: Pick<Deps, 'store' | 'clock'>,
  record: SweepRecord,
  head: Pick<SweepHead, 'enqueued'>,
): Promise<Search> {
  const trials = await Promise.all(head.enqueued.map((number) => enqueuedTrial(deps, record.key, number)))
  const enqueued: EnqueuedTrial[] = trials.map(({ key, params, repeats }) => ({
    number: key.number,
    params,
    ...(repeats && { repeats }),
  }))
  const { cells } = await readPriors(deps, record)
  return {
    ...(await samplingOf(record)),
    seed: record.seed,
    enqueued,
    ...(cells.length > 0 && { before: cells }),
  }
}

/** Samplings of the sweeps that were asked for last. Some remember the order of a finite space, up to 4 MB. */
const known = new Map<string, Pick<Search, 'sampler' | 'space'>>()
const MOST_KNOWN = 20

/** How a sweep searches, and where. It follows from these alone, so that a warm function need not build it anew for each trial. */
export async function samplingOf({
  config,
  seed,
}: Pick<SweepRecord, 'config' | 'seed'>): Promise<Pick<Search, 'sampler' | 'space'>> {
  const content = stringifyJson([seed, config as unknown as Json])
  const standing = known.get(content)
  if (standing) return standing
  // The models are loaded by those who search, not by a function that only takes in metrics.
  const { samplerFor } = await import('@chimney/core/samplers/pick')
  const space = buildSpace(config.parameters)
  const made = { sampler: samplerFor(config, space), space }
  known.set(content, made)
  if (known.size > MOST_KNOWN) known.delete(known.keys().next().value!)
  return made
}

import { samplerFor } from '@chimney/core/samplers/pick'
import { buildSpace } from '@chimney/core/space/build-space'
import type { EnqueuedTrial, Search } from '@chimney/core/sweep/plan'
import type { Deps } from '../deps.ts'
import type { SweepHead, SweepRecord } from '../store/store.ts'
import { enqueuedTrial } from './enqueued-trial.ts'

/** Rebuilds the search of a sweep from what is stored. Reads the enqueued trials, of which there are few. */
export async function searchOf(
  deps: Pick<Deps, 'store' | 'clock'>,
  record: SweepRecord,
  head: Pick<SweepHead, 'enqueued'>,
): Promise<Search> {
  const trials = await Promise.all(head.enqueued.map((number) => enqueuedTrial(deps, record.key, number)))
  const enqueued: EnqueuedTrial[] = trials.map(({ key, params }) => ({ number: key.number, params }))
  const space = buildSpace(record.config.parameters)
  return { sampler: samplerFor(record.config, space), space, seed: record.seed, enqueued }
}

import { type Json, stringifyJson } from '@chimney/core/schema/json'
import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import { buildSpace } from '@chimney/core/space/build-space'
import { stopperFor } from '@chimney/core/stoppers/pick'
import { trialLimit } from '@chimney/core/sweep/plan'
import type { Deps } from '../deps.ts'
import { forgetObjective } from '../runs/known-objective.ts'
import { type LoadedSweep, loadSweep } from './load-sweep.ts'
import { searchOf } from './search.ts'

const TRIES = 100

/**
 * Replaces a sweep's config for the trials to come; state, trials and seed stay. Its metric and its early termination also hold
 * for running trials, from their next report on (in other functions that are warm, after 30 s at most). A grid that has handed out trials keeps its
 * method and parameters, because the numbers of its cells follow from them.
 */
export async function replaceConfig(
  deps: Pick<Deps, 'store' | 'clock'>,
  key: SweepKey,
  text: string,
): Promise<LoadedSweep> {
  // As in createSweep: reading YAML is loaded by those who need it.
  const { parseSweepConfig } = await import('@chimney/core/schema/parse-sweep-config')
  const { samplerFor } = await import('@chimney/core/samplers/pick')
  const { config, warnings, source } = parseSweepConfig(text)
  const space = buildSpace(config.parameters)
  samplerFor(config, space)
  if (config.early_terminate) stopperFor(config.early_terminate)
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const { record, head } = await loadSweep(deps, key)
    if (head.taken > 0) sameGrid(key, record.config, config)
    const { description: _, displayName: __, ...rest } = record
    const { description = record.description, name = record.displayName } = config
    const next = {
      ...rest,
      config: { ...config, seed: record.seed },
      ...(description !== undefined && { description }),
      ...(name !== undefined && { displayName: name }),
      source,
      warnings,
      rev: record.rev + 1,
    }
    if (!(await deps.store.replaceSweep(next))) continue
    // Running trials report to a metric and a stopper that this function may remember.
    forgetObjective(deps, key)
    const limit = trialLimit(await searchOf(deps, next, head), config.run_cap)
    if (limit === head.limit) return { record: next, head }
    const { limit: ___, ...others } = head
    const moved = {
      ...others,
      ...(limit !== undefined && { limit }),
      updatedAt: deps.clock.now(),
      rev: head.rev + 1,
    }
    if (await deps.store.replaceHead(key, moved, 0)) return { record: next, head: moved }
  }
  throw new Problem(
    'retryable',
    'sweep-busy',
    `too many writers at sweep ${sweepPath(key)}; send the request again`,
    {
      retryAfter: 1,
    },
  )
}

function sameGrid(key: SweepKey, before: SweepConfig, after: SweepConfig): void {
  if (before.method !== 'grid' && after.method !== 'grid') return
  const same = (config: SweepConfig) => stringifyJson([config.method, config.parameters as unknown as Json])
  if (same(before) === same(after)) return
  throw new Problem(
    'conflict',
    'grid-has-begun',
    `sweep ${sweepPath(key)} has handed out cells of its grid, so its method and parameters stay as they are; make a new sweep`,
  )
}

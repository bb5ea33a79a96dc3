import { type Json, stringifyJson } from '@chimney/core/schema/json'
import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import { buildSpace } from '@chimney/core/space/build-space'
import type { Space } from '@chimney/core/space/space'
import { stopperFor } from '@chimney/core/stoppers/pick'
import { trialLimit } from '@chimney/core/sweep/plan'
import { unlikeMetrics } from '@chimney/core/sweep/prior'
import type { Deps } from '../../deps.ts'
import { forgetObjective } from '../../runs/history/known-objective.ts'
import type { SweepRecord } from '../../store/sweeps.ts'
import { type LoadedSweep, loadSweep } from '../load-sweep.ts'
import { keepPriors } from '../search/prior-trials.ts'
import { searchOf } from '../search/search.ts'
import { gatherPriors } from '../search/warm-start.ts'

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
    const { description: _, displayName: __, priors: ___, ...rest } = record
    const warm = await warmStart(deps, record, config, space)
    const { description = record.description, name = record.displayName } = config
    const next = {
      ...rest,
      config: { ...config, seed: record.seed, ...warm.config },
      ...warm.priors,
      ...(description !== undefined && { description }),
      ...(name !== undefined && { displayName: name }),
      source,
      warnings: [...warnings, ...warm.warnings],
      rev: record.rev + 1,
    }
    if (!(await deps.store.replaceSweep(next))) continue
    // Running trials report to a metric and a stopper that this function may remember.
    forgetObjective(deps, key)
    const limit = trialLimit(await searchOf(deps, next, head), config.run_cap)
    if (limit === head.limit) return { record: next, head }
    const { limit: ____, ...others } = head
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

/**
 * The warm start stays as it was gathered, unless the new config names another one, measures something else, or is about a grid, whose
 * cells may be others now.
 */
async function warmStart(
  deps: Pick<Deps, 'store'>,
  { key, config: before, priors }: SweepRecord,
  config: SweepConfig,
  space: Space,
) {
  const wanted = config.warm_start ?? before.warm_start
  if (wanted === undefined) return { warnings: [] }
  const text = ({ warm_start }: Pick<SweepConfig, 'warm_start'>) =>
    stringifyJson((warm_start ?? null) as Json)
  const cellsMove = config.method === 'grid' || before.method === 'grid'
  if (cellsMove || text({ warm_start: wanted }) !== text(before)) {
    const known = await gatherPriors(deps, key, { ...config, warm_start: wanted }, space)
    if (known.priors.length + known.cells.length === 0)
      return { config: { warm_start: wanted }, warnings: known.warnings }
    const kept = await keepPriors(deps, key, known)
    return { config: { warm_start: wanted }, priors: { priors: kept }, warnings: known.warnings }
  }
  const unlike = unlikeMetrics(config, before)
  if (unlike !== undefined)
    return {
      warnings: [`the warm start is dropped, since its results say nothing about this metric: ${unlike}`],
    }
  return { config: { warm_start: wanted }, ...(priors && { priors: { priors } }), warnings: [] }
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

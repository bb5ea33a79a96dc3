import { type Json, stringifyJson } from '@chimney/core/schema/json'
import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { isNested } from '@chimney/core/schema/parameters'
import { Problem } from '@chimney/core/schema/problem'
import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import type { Space } from '@chimney/core/space/space'
import { stopperFor } from '@chimney/core/stoppers/pick'
import { trialLimit } from '@chimney/core/sweep/plan'
import { unlikeMetrics } from '@chimney/core/sweep/prior'
import type { Deps } from '../../deps.ts'
import { evictObjective } from '../../runs/history/objective-cache.ts'
import type { SweepRecord } from '../../store/sweeps.ts'
import { type LoadedSweep, loadSweep, sweepBusy } from '../load-sweep.ts'
import { storePriors } from '../search/priors.ts'
import { searchOf } from '../search/search.ts'
import { readWarmStart } from '../search/warm-start.ts'

const TRIES = 100

/**
 * Replaces a sweep's config; state, trials and seed stay. Parameters apply to new trials. The metric and early termination also
 * apply to running trials from their next report on (in other warm functions after at most 30 s). A grid that has handed out
 * trials keeps its method and parameters, because cells are derived from trial numbers.
 */
export async function replaceConfig(
  deps: Pick<Deps, 'store' | 'clock'>,
  key: SweepKey,
  text: string,
): Promise<LoadedSweep> {
  // Imported on demand, as in createSweep.
  const { parseSweepConfig } = await import('@chimney/core/schema/parse-sweep-config')
  const { samplerFor } = await import('@chimney/core/samplers/pick')
  const { spaceOf } = await import('@chimney/core/space/constraints/constrain')
  const { config, warnings, source } = parseSweepConfig(text)
  const space = spaceOf(config)
  samplerFor(config, space)
  if (config.early_terminate) stopperFor(config.early_terminate)
  for (let tries = 0; tries < TRIES; tries++) {
    const { record, head } = await loadSweep(deps, key)
    const parameters = head.taken > 0 ? parametersOfGrid(key, record.config, config) : config.parameters
    const { description: _, displayName: __, priors: ___, ...rest } = record
    const warm = await warmStart(deps, record, config, space)
    const { description = record.description, name = record.displayName } = config
    const next = {
      ...rest,
      config: { ...config, parameters, seed: record.seed, ...warm.config },
      ...warm.priors,
      ...(description !== undefined && { description }),
      ...(name !== undefined && { displayName: name }),
      source,
      warnings: [...warnings, ...warm.warnings],
      rev: record.rev + 1,
    }
    if (!(await deps.store.replaceSweep(next))) continue
    // This function may have cached the old metric and stopper.
    evictObjective(deps, key)
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
  throw sweepBusy(key)
}

/**
 * Keeps the stored warm start unless the new config names another one, has other metrics (then it is dropped), or the method is or
 * was grid (then the cells may differ, and it is read again).
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
  const cellsMayDiffer = config.method === 'grid' || before.method === 'grid'
  if (cellsMayDiffer || text({ warm_start: wanted }) !== text(before)) {
    const read = await readWarmStart(deps, key, { ...config, warm_start: wanted }, space)
    if (read.priors.length + read.cells.length === 0)
      return { config: { warm_start: wanted }, warnings: read.warnings }
    const stored = await storePriors(deps, key, read)
    return { config: { warm_start: wanted }, priors: { priors: stored }, warnings: read.warnings }
  }
  const difference = unlikeMetrics(config, before)
  if (difference !== undefined)
    return {
      warnings: [`the warm start is dropped because its results have other metrics: ${difference}`],
    }
  return { config: { warm_start: wanted }, ...(priors && { priors: { priors } }), warnings: [] }
}

/**
 * The parameters for a sweep that has handed out trials. Those of a grid stay as they are stored: its cells are numbered by them,
 * and earlier versions rounded a q_uniform otherwise. Throws `Problem('conflict')` for other parameters.
 */
function parametersOfGrid(key: SweepKey, before: SweepConfig, after: SweepConfig): SweepConfig['parameters'] {
  if (before.method !== 'grid' && after.method !== 'grid') return after.parameters
  const text = (
    { method, constraints_on_parameters = [] }: SweepConfig,
    parameters: SweepConfig['parameters'],
  ) => stringifyJson([method, parameters as unknown as Json, constraints_on_parameters])
  const same =
    text(before, before.parameters) === text(after, after.parameters) ||
    text(before, before.parameters) === text(after, withStoredRounding(before.parameters, after.parameters))
  if (same) return before.parameters
  throw new Problem(
    'conflict',
    'grid-has-begun',
    `sweep ${sweepPath(key)} has handed out trials of its grid, so its method, parameters and constraints_on_parameters cannot change; create a new sweep`,
  )
}

/** `after`, without the rounding of parameters that have none in `before`: configs of earlier versions do not name it. */
function withStoredRounding(
  before: SweepConfig['parameters'],
  after: SweepConfig['parameters'],
): SweepConfig['parameters'] {
  return Object.fromEntries(
    Object.entries(after).map(([name, config]) => {
      const stored = Object.hasOwn(before, name) ? before[name]! : undefined
      if (stored === undefined) return [name, config]
      if (isNested(config)) {
        const parameters = isNested(stored)
          ? withStoredRounding(stored.parameters, config.parameters)
          : config.parameters
        return [name, { ...config, parameters }]
      }
      if (!('rounding' in config) || 'rounding' in stored || config.rounding !== 'inside')
        return [name, config]
      const { rounding: _, ...rest } = config
      return [name, rest]
    }),
  )
}

import type { Prior } from '@chimney/core/samplers/sampler'
import { type ProjectKey, type SweepKey, sweepPath } from '@chimney/core/schema/names'
import type { Issue } from '@chimney/core/schema/problem'
import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { judgedOutcome, lossesOf } from '@chimney/core/sweep/outcome'
import { unlikeMetrics } from '@chimney/core/sweep/prior'
import type { Deps } from '../../deps.ts'
import { summaryOf } from '../../runs/live/summary.ts'
import type { RunLive, RunRecord } from '../../store/runs.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { readTrials } from '../trials/read-trials.ts'

/** The result of a prior trial or run under the new sweep's metric. */
export type PriorResult = Omit<Prior, 'params'>

export interface PriorSweep {
  /** Its path. */
  readonly source: string
  /** Those that have ended. */
  readonly trials: readonly TrialRecord[]
}

export interface PriorRun {
  readonly record: RunRecord
  readonly result: PriorResult | undefined
}

/** The sweeps that the warm start names; unknown or different ones become issues. */
export async function readPriorSweeps(
  deps: Pick<Deps, 'store'>,
  project: ProjectKey,
  config: SweepConfig,
  issues: Issue[],
): Promise<readonly PriorSweep[]> {
  const found: PriorSweep[] = []
  for (const [i, path] of (config.warm_start?.sweeps ?? []).entries()) {
    const sweep = await readPriorSweep(deps, project, path, config)
    if ('message' in sweep) issues.push({ path: `warm_start.sweeps.${i}`, ...sweep })
    else found.push(sweep)
  }
  return found
}

async function readPriorSweep(
  deps: Pick<Deps, 'store'>,
  project: ProjectKey,
  path: string,
  config: SweepConfig,
): Promise<PriorSweep | Pick<Issue, 'message' | 'fix'>> {
  const key = sweepKeyIn(project, path)
  if (key === undefined)
    return {
      message: `'${path}' is not a path of a sweep of ${project.entity}`,
      fix: 'write entity/project/id, project/id or id; sweeps of other entities cannot be read',
    }
  const source = sweepPath(key)
  const sweep = await deps.store.getSweep(key)
  if (!sweep) return { message: `there is no sweep ${source}`, fix: 'check the path, or remove it' }
  const difference = unlikeMetrics(config, sweep.record.config)
  if (difference !== undefined)
    return {
      message: `sweep ${source} has other metrics or constraints: ${difference}`,
      fix: 'name sweeps with the same metrics and constraints',
    }
  const trials = await readTrials(deps, key)
  return { source, trials: trials.filter(({ state }) => isEnd(state)) }
}

function sweepKeyIn({ entity, project }: ProjectKey, path: string): SweepKey | undefined {
  const parts = path.split('/')
  if (parts.length > 3 || parts.includes('')) return undefined
  const [sweep, ofProject = project, ofEntity = entity] = parts.reverse() as [string, string?, string?]
  return ofEntity === entity ? { entity, project: ofProject, sweep } : undefined
}

/** In the order of `runs`; missing ones become issues. */
export async function readPriorRuns(
  deps: Pick<Deps, 'store'>,
  { entity, project }: ProjectKey,
  runs: readonly string[],
  config: SweepConfig,
  issues: Issue[],
): Promise<readonly PriorRun[]> {
  const found = await deps.store.getRuns(runs.map((run) => ({ entity, project, run })))
  return found.flatMap((read, i) => {
    if (read) return [{ record: read.record, result: resultOfRun(read.live, config) }]
    issues.push({
      path: `warm_start.runs.${i}`,
      message: `there is no run ${runs[i]} in ${entity}/${project}`,
      fix: 'give the ids of runs of this project, as in their URLs',
    })
    return []
  })
}

export function resultOfTrial(
  { loss, rung, values, violation, slacks }: TrialRecord,
  config: SweepConfig,
): PriorResult | undefined {
  if (loss === undefined) return undefined
  const losses = lossesOf(config, values)
  return {
    loss,
    ...(rung !== undefined && { rung }),
    ...(losses !== undefined && { losses }),
    ...(violation !== undefined && { violation }),
    ...(slacks !== undefined && { slacks }),
  }
}

/**
 * The result of a run as if it were a trial of the sweep. A run that another sweep stopped early, perhaps by another metric,
 * counts with its last values, as of the rung that it reached.
 */
function resultOfRun(live: RunLive, config: SweepConfig): PriorResult | undefined {
  const { state, rung } = live
  if (!isEnd(state)) return undefined
  const ended = { state: state === 'stopped' ? 'finished' : state, summary: summaryOf(live) } as const
  const { loss, values, violation, slacks } = judgedOutcome(ended, config)
  if (loss === undefined) return undefined
  const losses = lossesOf(config, values)
  return {
    loss,
    ...(state === 'stopped' && rung !== undefined && { rung }),
    ...(losses !== undefined && { losses }),
    ...(violation !== undefined && { violation }),
    ...(slacks !== undefined && { slacks }),
  }
}

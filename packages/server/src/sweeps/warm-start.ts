import type { Prior } from '@chimney/core/samplers/sampler'
import { isObject, parseJson } from '@chimney/core/schema/json'
import { type ProjectKey, type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { type Issue, Problem } from '@chimney/core/schema/problem'
import { lossOf, metricOf, type SweepConfig } from '@chimney/core/schema/sweep-config'
import type { Space } from '@chimney/core/space/space'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { judgedOutcome, lossesOf } from '@chimney/core/sweep/outcome'
import { MOST_PRIORS, mostTelling, priorParams, unlikeMetrics } from '@chimney/core/sweep/prior'
import type { Deps } from '../deps.ts'
import { inParallel } from '../store/batches.ts'
import type { RunLive, RunRecord, TrialRecord } from '../store/store.ts'
import { readTrials } from './read-trials.ts'
import { summaryOf } from './settle-trial.ts'

export interface Gathered {
  readonly priors: readonly Prior[]
  /** What was left out, a sentence each. */
  readonly warnings: readonly string[]
}

type Told = Omit<Prior, 'params'>

/** Why a result is of no use. */
const LEFT_OUT = {
  outside: 'lie outside of the space or lack a parameter',
  silent: 'told no result',
}
type Judged = Prior | keyof typeof LEFT_OUT

/**
 * What `warm_start` of a config names, read once: the search is the same whatever becomes of it. Throws
 * `Problem('invalid', 'invalid-warm-start')` with an issue for each sweep or run that is not there or measures something else.
 */
export async function gatherPriors(
  deps: Pick<Deps, 'store'>,
  project: ProjectKey,
  config: SweepConfig,
  space: Space,
): Promise<Gathered> {
  const { sweeps = [], runs = [] } = config.warm_start ?? {}
  const issues: Issue[] = []
  const priors: Prior[] = []
  const warnings: string[] = []
  const take = (what: string, judged: readonly Judged[]) => {
    priors.push(...judged.filter((one) => typeof one === 'object'))
    for (const [kind, why] of Object.entries(LEFT_OUT)) {
      const count = judged.filter((one) => one === kind).length
      if (count > 0)
        warnings.push(`${count} of ${judged.length} ${what} ${why}, and are left out of the warm start`)
    }
  }
  for (const [i, path] of sweeps.entries()) {
    const found = await trialsOf(deps, project, path, config)
    if ('message' in found) issues.push({ path: `warm_start.sweeps.${i}`, ...found })
    else {
      const { source, trials } = found
      take(
        `trials of sweep ${source}`,
        trials.map((trial) => judge(space, trial.params, toldOfTrial(trial, config), source)),
      )
    }
  }
  const { records, missing } = await readRuns(deps, project, runs, config)
  for (const place of missing)
    issues.push({
      path: `warm_start.runs.${place}`,
      message: `there is no run ${runs[place]} in ${project.entity}/${project.project}`,
      fix: 'give the ids of runs of this project, as in their addresses',
    })
  take(
    'runs',
    records.map(({ record, told }) => {
      const params = parseJson(record.config)
      return judge(space, isObject(params) ? params : {}, told)
    }),
  )
  if (issues.length > 0) {
    const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
    const message = `invalid warm start: ${issues[0]!.path}: ${issues[0]!.message}${more}`
    throw new Problem('invalid', 'invalid-warm-start', message, { issues })
  }
  if (priors.length > MOST_PRIORS)
    warnings.push(
      `the warm start has ${priors.length} results, of which the ${MOST_PRIORS} that tell most are used: the best half and an even choice of the others`,
    )
  return { priors: mostTelling(priors), warnings }
}

function judge(space: Space, params: TrialRecord['params'], told: Told | undefined, source?: string): Judged {
  if (told === undefined || told.violation === Number.POSITIVE_INFINITY) return 'silent'
  const fitted = priorParams(space, params)
  return fitted === undefined
    ? 'outside'
    : { ...told, params: fitted, ...(source !== undefined && { source }) }
}

type Mistake = Pick<Issue, 'message' | 'fix'>

async function trialsOf(
  deps: Pick<Deps, 'store'>,
  project: ProjectKey,
  path: string,
  config: SweepConfig,
): Promise<{ source: string; trials: readonly TrialRecord[] } | Mistake> {
  const key = sweepKeyIn(project, path)
  if (key === undefined)
    return {
      message: `'${path}' is no path of a sweep of ${project.entity}`,
      fix: 'write entity/project/id, project/id or id; sweeps of other entities cannot be read',
    }
  const source = sweepPath(key)
  const sweep = await deps.store.getSweep(key)
  if (!sweep) return { message: `there is no sweep ${source}`, fix: 'check the path, or leave it out' }
  const unlike = unlikeMetrics(config, sweep.record.config)
  if (unlike !== undefined)
    return {
      message: `sweep ${source} measures something else: ${unlike}`,
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

function toldOfTrial({ loss, rung, values, violation }: TrialRecord, config: SweepConfig): Told | undefined {
  if (loss === undefined) return undefined
  const losses = lossesOf(config, values)
  return {
    loss,
    ...(rung !== undefined && { rung }),
    ...(losses !== undefined && { losses }),
    ...(violation !== undefined && { violation }),
  }
}

/** Those that there are in the order of `runs`, and the places of those that there are not. */
async function readRuns(
  deps: Pick<Deps, 'store'>,
  { entity, project }: ProjectKey,
  runs: readonly string[],
  config: SweepConfig,
) {
  const found = new Map<number, { readonly record: RunRecord; readonly told: Told | undefined }>()
  await inParallel([...runs.entries()], async ([place, run]) => {
    const read = await deps.store.getRun({ entity, project, run })
    if (read) found.set(place, { record: read.record, told: toldOfRun(read.live, config) })
  })
  const places = runs.map((_, place) => place)
  return {
    records: places.flatMap((place) => found.get(place) ?? []),
    missing: places.filter((place) => !found.has(place)),
  }
}

/** What the run would have told if it had been a trial of the sweep. */
function toldOfRun(live: RunLive, config: SweepConfig): Told | undefined {
  const metric = metricOf(config)
  if (!metric || !isEnd(live.state)) return undefined
  const { value, values, violation } = judgedOutcome({ state: live.state, summary: summaryOf(live) }, config)
  if (value === undefined) return undefined
  const losses = lossesOf(config, values)
  return {
    loss: lossOf(metric.goal, value),
    ...(losses !== undefined && { losses }),
    ...(violation !== undefined && { violation }),
  }
}

import type { Prior } from '@chimney/core/samplers/sampler'
import { isObject, parseJson } from '@chimney/core/schema/json'
import { type ProjectKey, type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { type Issue, Problem } from '@chimney/core/schema/problem'
import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import type { Space } from '@chimney/core/space/space'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { judgedOutcome, lossesOf } from '@chimney/core/sweep/outcome'
import { MOST_PRIORS, mostTelling, priorParams, unlikeMetrics } from '@chimney/core/sweep/prior'
import type { Deps } from '../../deps.ts'
import { summaryOf } from '../../runs/live/summary.ts'
import type { RunLive, RunRecord } from '../../store/runs.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { readTrials } from '../trials/read-trials.ts'
import type { Known } from './prior-trials.ts'

export interface Gathered extends Known {
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
 * What `warm_start` of a config names, read once: the search is the same whatever becomes of it. A grid, which does not learn, leaves
 * out the cells of these runs, as W&B's does; other methods that do not learn use nothing of it, with a warning. Throws
 * `Problem('invalid', 'invalid-warm-start')` with an issue for each sweep or run that is not there or measures something else.
 */
export async function gatherPriors(
  deps: Pick<Deps, 'store'>,
  project: ProjectKey,
  config: SweepConfig,
  space: Space,
): Promise<Gathered> {
  const { sweeps = [], runs = [] } = config.warm_start ?? {}
  if (sweeps.length + runs.length === 0) return { priors: [], cells: [], warnings: [] }
  const { method } = config
  const learns = LEARNING.has(method)
  const warnings: string[] = []
  if (!learns && (method !== 'grid' || sweeps.length > 0))
    warnings.push(
      `${method === 'grid' ? 'warm_start.sweeps' : 'warm_start'} is ignored: method ${method} does not learn`,
    )
  const issues: Issue[] = []
  const ofSweeps = learns ? await gatherSweeps(deps, project, config, space, issues) : []
  const found = learns || method === 'grid' ? await readRuns(deps, project, runs, config, issues) : []
  if (issues.length > 0) {
    const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
    const message = `invalid warm start: ${issues[0]!.path}: ${issues[0]!.message}${more}`
    throw new Problem('invalid', 'invalid-warm-start', message, { issues })
  }
  const judged = found.map(({ record, told }) => {
    const params = parseJson(record.config)
    // A cell is held whatever its run told.
    const result = told ?? (method === 'grid' ? NO_RESULT : undefined)
    return { id: record.key.run, judged: judge(space, isObject(params) ? params : {}, result) }
  })
  warnings.push(
    ...ofSweeps.flatMap(({ source, results }) => leftOut(`trials of sweep ${source}`, results)),
    ...leftOutRuns(judged),
  )
  const useful = judged.flatMap((one) => (typeof one.judged === 'object' ? [one.judged] : []))
  if (method === 'grid') return { priors: [], cells: useful.map(({ params }) => params), warnings }
  const priors = [
    ...ofSweeps.flatMap(({ results }) => results.filter((one) => typeof one === 'object')),
    ...useful,
  ]
  if (priors.length > MOST_PRIORS)
    warnings.push(
      `the warm start has ${priors.length} results, of which the ${MOST_PRIORS} that tell most are used: the best half and an even choice of the others`,
    )
  return { priors: mostTelling(priors), cells: [], warnings }
}

const LEARNING: ReadonlySet<string> = new Set(['bayes', 'tpe', 'gp', 'cmaes'])
/** Stands for what a run told where nobody asks. */
const NO_RESULT: Told = { loss: 0 }

async function gatherSweeps(
  deps: Pick<Deps, 'store'>,
  project: ProjectKey,
  config: SweepConfig,
  space: Space,
  issues: Issue[],
): Promise<readonly { readonly source: string; readonly results: readonly Judged[] }[]> {
  const gathered: { source: string; results: readonly Judged[] }[] = []
  for (const [i, path] of (config.warm_start?.sweeps ?? []).entries()) {
    const found = await trialsOf(deps, project, path, config)
    if ('message' in found) issues.push({ path: `warm_start.sweeps.${i}`, ...found })
    else {
      const { source, trials } = found
      const results = trials.map((trial) => judge(space, trial.params, toldOfTrial(trial, config), source))
      gathered.push({ source, results })
    }
  }
  return gathered
}

function leftOut(what: string, results: readonly Judged[]): readonly string[] {
  return Object.entries(LEFT_OUT).flatMap(([kind, why]) => {
    const count = results.filter((one) => one === kind).length
    return count === 0
      ? []
      : [`${count} of ${results.length} ${what} ${why}, and are left out of the warm start`]
  })
}

const MOST_NAMED = 10

/** People named these runs one by one, so the warning does, too. */
function leftOutRuns(runs: readonly { readonly id: string; readonly judged: Judged }[]): readonly string[] {
  return Object.entries(LEFT_OUT).flatMap(([kind, why]) => {
    const ids = runs.filter(({ judged }) => judged === kind).map(({ id }) => id)
    const shown = ids.length > MOST_NAMED ? [...ids.slice(0, MOST_NAMED), '…'] : ids
    return ids.length === 0
      ? []
      : [
          `${ids.length} of ${runs.length} runs ${why}, and are left out of the warm start: ${shown.join(', ')}`,
        ]
  })
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

/** Those that there are in the order of `runs`; the others become issues. */
async function readRuns(
  deps: Pick<Deps, 'store'>,
  { entity, project }: ProjectKey,
  runs: readonly string[],
  config: SweepConfig,
  issues: Issue[],
): Promise<readonly { readonly record: RunRecord; readonly told: Told | undefined }[]> {
  const found = await deps.store.getRuns(runs.map((run) => ({ entity, project, run })))
  return found.flatMap((read, place) => {
    if (read) return [{ record: read.record, told: toldOfRun(read.live, config) }]
    issues.push({
      path: `warm_start.runs.${place}`,
      message: `there is no run ${runs[place]} in ${entity}/${project}`,
      fix: 'give the ids of runs of this project, as in their addresses',
    })
    return []
  })
}

/**
 * What the run would have told if it had been a trial of the sweep. One that a sweep stopped early, which may have looked at another
 * metric, counts with what it logged last, as of the rung that it came to.
 */
function toldOfRun(live: RunLive, config: SweepConfig): Told | undefined {
  const { state, rung } = live
  if (!isEnd(state)) return undefined
  const ended = { state: state === 'stopped' ? 'finished' : state, summary: summaryOf(live) } as const
  const { loss, values, violation } = judgedOutcome(ended, config)
  if (loss === undefined) return undefined
  const losses = lossesOf(config, values)
  return {
    loss,
    ...(state === 'stopped' && rung !== undefined && { rung }),
    ...(losses !== undefined && { losses }),
    ...(violation !== undefined && { violation }),
  }
}

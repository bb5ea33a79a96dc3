import type { Prior } from '@chimney/core/samplers/sampler'
import { isObject, parseJson } from '@chimney/core/schema/json'
import type { ProjectKey } from '@chimney/core/schema/names'
import { type Issue, Problem } from '@chimney/core/schema/problem'
import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import type { Space } from '@chimney/core/space/space'
import { MOST_PRIORS, mostInformative, priorParams } from '@chimney/core/sweep/prior'
import type { Deps } from '../../deps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import type { Priors } from './priors.ts'
import { type PriorResult, readPriorRuns, readPriorSweeps, resultOfTrial } from './warm-start-sources.ts'

export interface WarmStart extends Priors {
  /** What was left out, one sentence each. */
  readonly warnings: readonly string[]
}

/** Why a prior trial or run cannot be used. */
const UNUSABLE = {
  outside: 'lie outside the search space or lack a parameter',
  'no-result': 'reported no result',
}
type Judged = Prior | keyof typeof UNUSABLE

const LEARNING: ReadonlySet<string> = new Set(['bayes', 'tpe', 'gp', 'cmaes'])
/** A grid skips the cell of a run whatever the run reported. */
const ANY_RESULT: PriorResult = { loss: 0 }

/**
 * Reads the trials and runs that `warm_start` of a config names. They are read once, so later changes of them do not change the
 * search. A grid skips the cells of the named runs, as W&B does; other methods that do not learn ignore them with a warning.
 * Throws `Problem('invalid', 'invalid-warm-start')` with an issue for each sweep or run that is missing or has another metric.
 */
export async function readWarmStart(
  deps: Pick<Deps, 'store'>,
  project: ProjectKey,
  config: SweepConfig,
  space: Space,
): Promise<WarmStart> {
  const { sweeps = [], runs = [] } = config.warm_start ?? {}
  if (sweeps.length + runs.length === 0) return { priors: [], cells: [], warnings: [] }
  const learns = LEARNING.has(config.method)
  const grid = config.method === 'grid'
  const issues: Issue[] = []
  const priorSweeps = learns ? await readPriorSweeps(deps, project, config, issues) : []
  const priorRuns = learns || grid ? await readPriorRuns(deps, project, runs, config, issues) : []
  if (issues.length > 0) throw invalidWarmStart(issues)
  const bySweep = priorSweeps.map(({ source, trials }) => ({
    source,
    judged: trials.map((trial) => judge(space, trial.params, resultOfTrial(trial, config), source)),
  }))
  const byRun = priorRuns.map(({ record, result }) => {
    const params = parseJson(record.config, { exact: true })
    const used = result ?? (grid ? ANY_RESULT : undefined)
    return { id: record.key.run, judged: judge(space, isObject(params) ? params : {}, used) }
  })
  const warnings = [
    ...ignoredWarnings(config, learns),
    ...bySweep.flatMap(({ source, judged }) => sweepWarnings(source, judged)),
    ...runWarnings(byRun),
  ]
  const fromRuns = byRun.map(({ judged }) => judged).filter(isPrior)
  if (grid) return { priors: [], cells: fromRuns.map(({ params }) => params), warnings }
  const priors = [...bySweep.flatMap(({ judged }) => judged.filter(isPrior)), ...fromRuns]
  if (priors.length > MOST_PRIORS)
    warnings.push(
      `the warm start has ${priors.length} results; ${MOST_PRIORS} of them are used: the best half and an even selection of the others`,
    )
  return { priors: mostInformative(priors), cells: [], warnings }
}

function invalidWarmStart(issues: readonly Issue[]): Problem {
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  const message = `invalid warm start: ${issues[0]!.path}: ${issues[0]!.message}${more}`
  return new Problem('invalid', 'invalid-warm-start', message, { issues })
}

const isPrior = (judged: Judged): judged is Prior => typeof judged === 'object'

function judge(
  space: Space,
  params: TrialRecord['params'],
  result: PriorResult | undefined,
  source?: string,
): Judged {
  if (result === undefined || result.violation === Number.POSITIVE_INFINITY) return 'no-result'
  const fitted = priorParams(space, params)
  if (fitted === undefined) return 'outside'
  return { ...result, params: fitted, ...(source !== undefined && { source }) }
}

function ignoredWarnings({ method, warm_start }: SweepConfig, learns: boolean): readonly string[] {
  const isGrid = method === 'grid'
  if (learns || (isGrid && !warm_start?.sweeps?.length)) return []
  return [`${isGrid ? 'warm_start.sweeps' : 'warm_start'} is ignored: method ${method} does not learn`]
}

function sweepWarnings(source: string, judged: readonly Judged[]): readonly string[] {
  return Object.entries(UNUSABLE).flatMap(([kind, why]) => {
    const count = judged.filter((one) => one === kind).length
    return count === 0
      ? []
      : [`${count} of ${judged.length} trials of sweep ${source} ${why}, and are left out of the warm start`]
  })
}

const MAX_NAMED = 10

/** Lists the ids, since the config names the runs one by one. */
function runWarnings(runs: readonly { readonly id: string; readonly judged: Judged }[]): readonly string[] {
  return Object.entries(UNUSABLE).flatMap(([kind, why]) => {
    const ids = runs.filter(({ judged }) => judged === kind).map(({ id }) => id)
    const shown = ids.length > MAX_NAMED ? [...ids.slice(0, MAX_NAMED), '…'] : ids
    return ids.length === 0
      ? []
      : [
          `${ids.length} of ${runs.length} runs ${why}, and are left out of the warm start: ${shown.join(', ')}`,
        ]
  })
}

/** What is known before a sweep begins: runs of its project, trials of other sweeps. Read once, when the sweep is made. */
import type { Prior } from '@chimney/core/samplers/sampler'
import { isObject, type Json, parseJson, stringifyJson } from '@chimney/core/schema/json'
import { type ProjectKey, type SweepKey, sweepPath } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import { Problem } from '@chimney/core/schema/problem'
import { lossOf, metricOf, type SweepConfig } from '@chimney/core/schema/sweep-config'
import { fitParams } from '@chimney/core/space/check-params'
import type { Space } from '@chimney/core/space/space'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { judgedOutcome, lossesOf } from '@chimney/core/sweep/outcome'
import type { Deps } from '../deps.ts'
import type { SweepRecord } from '../store/store.ts'
import { readTrials } from './read-trials.ts'
import { summaryOf } from './settle-trial.ts'

/** A prior run that told no number has no loss; it still holds its cell of a grid. */
interface PriorTrial extends Omit<Prior, 'loss'> {
  readonly loss?: number
}

export interface Gathered {
  readonly trials: readonly PriorTrial[]
  readonly warnings: readonly string[]
}

/** A document holds so many characters, see {@link Deps.store}; text beyond ASCII takes more bytes. */
const MAX_TEXT = 200_000
/** Of another sweep: the best half and an even choice of the others. */
const MAX_TRIALS = 300
const MAX_WARNINGS = 20

/**
 * Reads these runs and the trials of these sweeps as points of the space. What does not fit, or told nothing, is left out
 * with a warning. Throws `Problem('invalid')` for one that is not there, or when all of it is too much.
 */
export async function gatherPrior(
  deps: Pick<Deps, 'store'>,
  project: ProjectKey,
  config: SweepConfig,
  space: Space,
  runs: readonly string[],
): Promise<Gathered> {
  const sweeps = config.prior_sweeps ?? []
  if (runs.length === 0 && sweeps.length === 0) return { trials: [], warnings: [] }
  const warnings: string[] = []
  if (config.method !== 'grid' && (!LEARNS.has(config.method) || !metricOf(config)))
    warnings.push(`method ${config.method} does not learn, so what was known before changes nothing`)
  const trials = await trialsOfRuns(deps, project, config, space, runs, warnings)
  for (const [at, sweep] of sweeps.entries())
    trials.push(...(await trialsOfSweep(deps, project, config, space, { sweep, at }, warnings)))
  if (stringifyJson(trials as unknown as Json).length > MAX_TEXT)
    throw invalid('prior_runs', 'what is known before is too much to keep with the sweep', 'name fewer runs')
  const shown = warnings.slice(0, MAX_WARNINGS)
  const more = warnings.length - shown.length
  return { trials, warnings: more > 0 ? [...shown, `and ${more} more of these`] : shown }
}

const LEARNS: ReadonlySet<string> = new Set(['bayes', 'tpe', 'gp', 'cmaes'])

async function trialsOfRuns(
  deps: Pick<Deps, 'store'>,
  project: ProjectKey,
  config: SweepConfig,
  space: Space,
  ids: readonly string[],
  warnings: string[],
): Promise<PriorTrial[]> {
  const found = await deps.store.getRuns(ids.map((run) => ({ ...project, run })))
  return found.flatMap((run, at): PriorTrial[] => {
    const id = ids[at]!
    if (!run)
      throw invalid(
        `prior_runs.${at}`,
        `there is no run ${id} in ${project.entity}/${project.project}`,
        'name runs of the project in which the sweep is made',
      )
    const params = fitted(space, parseJson(run.record.config))
    if ('why' in params) {
      warnings.push(`prior run ${id} is left out: ${params.why}`)
      return []
    }
    const { state, rung } = run.live
    // Its own sweep may have looked at another metric, so what it logged last is what counts.
    const ended = { state: state === 'stopped' ? 'finished' : state, summary: summaryOf(run.live) } as const
    const outcome = isEnd(ended.state) ? judgedOutcome({ ...ended, state: ended.state }, config) : {}
    const { loss, values, violation } = outcome
    const losses = lossesOf(config, values)
    if (loss === undefined && metricOf(config) && config.method !== 'grid')
      warnings.push(
        `prior run ${id} teaches nothing: it is ${state} and has no number ${metricOf(config)!.name} in its summary`,
      )
    return [
      {
        ...params,
        ...(loss !== undefined && { loss }),
        ...(loss !== undefined && state === 'stopped' && rung !== undefined && { rung }),
        ...(losses && { losses }),
        ...(violation !== undefined && { violation }),
      },
    ]
  })
}

async function trialsOfSweep(
  deps: Pick<Deps, 'store'>,
  project: ProjectKey,
  config: SweepConfig,
  space: Space,
  { sweep, at }: { readonly sweep: string; readonly at: number },
  warnings: string[],
): Promise<readonly PriorTrial[]> {
  const key = await deps.store.findSweep(sweep)
  if (key?.entity !== project.entity)
    throw invalid(
      `prior_sweeps.${at}`,
      `there is no sweep ${sweep} of ${project.entity}`,
      'give the ids of sweeps that belong to the same entity',
    )
  const { goal } = metricOf(config) ?? { goal: 'minimize' as const }
  let strange = 0
  const told = (await readTrials(deps, key)).flatMap(({ params, value, values, violation, rung }) => {
    if (value === undefined) return []
    const point = fitted(space, params)
    if ('why' in point) {
      strange++
      return []
    }
    const losses = lossesOf(config, values)
    const loss = lossOf(goal, value)
    return [
      {
        ...point,
        loss,
        source: sweep,
        ...(rung !== undefined && { rung }),
        ...(losses && { losses }),
        ...(violation !== undefined && { violation }),
      },
    ]
  })
  if (strange > 0)
    warnings.push(
      `${strange} trials of sweep ${sweep} are left out: they are no points of this sweep's space`,
    )
  if (told.length === 0) warnings.push(`sweep ${sweep} has no trial to learn from`)
  return chosen(told)
}

/** The trials of a sweep with losses, few enough to keep. */
function chosen<T extends { readonly loss: number }>(trials: readonly T[]): readonly T[] {
  if (trials.length <= MAX_TRIALS) return trials
  const sorted = trials.toSorted((a, b) => a.loss - b.loss)
  const half = MAX_TRIALS / 2
  const rest = sorted.slice(half)
  const even = Array.from({ length: half }, (_, i) => rest[Math.floor((i * rest.length) / half)]!)
  return [...sorted.slice(0, half), ...even]
}

/** What of a config belongs to the space; a run's config holds much besides. */
function fitted(space: Space, config: Json): { readonly params: Params } | { readonly why: string } {
  const names = new Set(space.dimensions.map(({ path }) => path[0]!))
  const own = isObject(config)
    ? Object.fromEntries(Object.entries(config).filter(([name]) => names.has(name)))
    : {}
  const { params, issues } = fitParams(space, own)
  return issues.length === 0 ? { params } : { why: issues[0]!.message }
}

const invalid = (path: string, message: string, fix: string): Problem =>
  new Problem('invalid', 'invalid-prior', message, { issues: [{ path, message, fix }] })

const documentOf = ({ sweep }: SweepKey): string => `prior/${sweep}`

/** Before the sweep is made, so that whoever sees the sweep finds it. */
export async function keepPrior(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  trials: readonly PriorTrial[],
): Promise<void> {
  await deps.store.putDocument(key, {
    name: documentOf(key),
    text: stringifyJson(trials as unknown as Json),
    rev: 1,
  })
}

export const dropPrior = (deps: Pick<Deps, 'store'>, key: SweepKey): Promise<void> =>
  deps.store.deleteDocument(key, documentOf(key))

const known = new WeakMap<Deps['store'], Map<string, readonly PriorTrial[]>>()
const MOST_KNOWN = 50

/** What the sweep was made with. It never changes, so a warm function reads it once. */
async function read(deps: Pick<Deps, 'store'>, record: SweepRecord): Promise<readonly PriorTrial[]> {
  if (!record.prior) return []
  const all = known.get(deps.store) ?? new Map<string, readonly PriorTrial[]>()
  known.set(deps.store, all)
  const name = `${sweepPath(record.key)}@${record.createdAt}`
  const standing = all.get(name)
  if (standing) return standing
  const document = await deps.store.getDocument(record.key, documentOf(record.key))
  const trials = document ? (parseJson(document.text) as unknown as readonly PriorTrial[]) : []
  all.set(name, trials)
  if (all.size > MOST_KNOWN) all.delete(all.keys().next().value!)
  return trials
}

/** What informs the models of a search. */
export async function priorHistory(
  deps: Pick<Deps, 'store'>,
  record: SweepRecord,
): Promise<readonly Prior[]> {
  return (await read(deps, record)).flatMap(({ loss, ...rest }) =>
    loss === undefined ? [] : [{ ...rest, loss }],
  )
}

/** The cells of a grid that prior runs have been at: as with W&B they are not run again. */
export async function priorCells(deps: Pick<Deps, 'store'>, record: SweepRecord): Promise<readonly Params[]> {
  return cellsOfPrior(record.config, record.config.method === 'grid' ? await read(deps, record) : [])
}

/** The same of a sweep that is only being made. */
export const cellsOfPrior = (config: SweepConfig, trials: readonly PriorTrial[]): readonly Params[] =>
  config.method === 'grid'
    ? trials.flatMap(({ source, params }) => (source === undefined ? [params] : []))
    : []

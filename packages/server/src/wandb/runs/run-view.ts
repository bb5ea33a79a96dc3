import { type Json, parseJson } from '@chimney/core/schema/json'
import type { ProjectKey, SweepKey } from '@chimney/core/schema/names'
import { metricOf } from '@chimney/core/schema/sweep-config'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { pointResult } from '@chimney/core/sweep/replicates'
import type { Deps } from '../../deps.ts'
import type { RunLive, RunRecord } from '../../store/runs.ts'
import type { SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { readTrials } from '../../sweeps/trials/read-trials.ts'
import { runWord } from '../words.ts'
import { valueAt } from './json-path.ts'
import { readExtra } from './run-extra.ts'
import { type Fields, parseFilter, sweepOfFilter } from './run-filter.ts'
import { directionOf, runOrder } from './run-order.ts'

/** Both halves of a run. */
export interface RunView {
  readonly record: RunRecord
  readonly live: RunLive
  /** The sweep that this run is listed with although it is not of it: a prior run. */
  readonly priorOf?: string
}

export interface RunsArgs {
  readonly filters?: string | null
  readonly order?: string | null
}

const PAGE = 1000

/** Runs of a project that match the filter, in the requested order; oldest first by default. */
export async function findRuns(
  deps: Pick<Deps, 'store'>,
  project: ProjectKey,
  question: RunsArgs,
): Promise<readonly RunView[]> {
  const filter = parseFilter(question.filters)
  const sweep = sweepOfFilter(question.filters)
  const all =
    sweep === undefined ? await runsOfProject(deps, project) : await runsOfSweep(deps, project, sweep)
  const chosen = all.map((run) => ({ run, fields: fieldsOf(run) })).filter(({ fields }) => filter(fields))
  const order = question.order || '+created_at'
  const rank = await metricRank(deps, project, sweep, order)
  const before = runOrder(order)
  const tie = directionOf(order)
  return chosen
    .map((entry, at) => ({ ...entry, at }))
    .sort((a, b) => rank(a.run) - rank(b.run) || before(a.fields, b.fields) || tie * (a.at - b.at))
    .map(({ run }) => run)
}

/**
 * Ordered by the metric of their sweep, finished runs come first, prior and joined ones included, then the open ones, then those whose
 * last number is no result: `best_run()` takes the first. All are equal in other orders.
 */
async function metricRank(
  deps: Pick<Deps, 'store'>,
  project: ProjectKey,
  sweep: string | undefined,
  order: string,
): Promise<(run: RunView) => number> {
  const [, name] = /^[+-]?summary_metrics\.(.+)$/.exec(order) ?? []
  const config = sweep && name ? (await deps.store.getSweep({ ...project, sweep }))?.record.config : undefined
  if (!config || metricOf(config)?.name !== name) return () => 0
  const points =
    config.replicates === undefined ? undefined : await pointRanks(deps, { ...project, sweep: sweep! }, order)
  return ({ live }) => {
    if (live.state !== 'finished') return isEnd(live.state) ? 2 : 1
    // Prior and joined runs have no number.
    return (live.number !== undefined && points?.get(live.number)) || 0
  }
}

/** With replicates: the ranks of trials in [0, 1) by the mean of their point, in the direction of the order. */
async function pointRanks(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  order: string,
): Promise<ReadonlyMap<number, number>> {
  const points = new Map<number, TrialRecord[]>()
  for (const trial of await readTrials(deps, key)) {
    const first = trial.replicate?.first ?? trial.key.number
    points.set(first, [...(points.get(first) ?? []), trial])
  }
  const sign = directionOf(order)
  const meanOf = (trials: readonly TrialRecord[]) => {
    const result = pointResult(trials, trials[0]!.replicate?.of ?? 1)
    return result ? sign * result.value : Number.POSITIVE_INFINITY
  }
  const sorted = [...points.values()]
    .map((trials) => ({ trials, value: meanOf(trials) }))
    .sort((a, b) => a.value - b.value)
  return new Map(
    sorted.flatMap(({ trials }, i) => trials.map((trial) => [trial.key.number, i / sorted.length] as const)),
  )
}

/** Oldest first. */
async function runsOfProject(deps: Pick<Deps, 'store'>, project: ProjectKey): Promise<readonly RunView[]> {
  const runs: RunView[] = []
  let cursor: string | undefined
  do {
    const page = await deps.store.listRuns(project, { limit: PAGE, cursor })
    runs.push(...page.items)
    cursor = page.cursor
  } while (cursor !== undefined)
  return runs.reverse()
}

/** Prior runs of a sweep, then its trials by number, then linked runs. */
export async function runsOfSweep(
  deps: Pick<Deps, 'store'>,
  project: ProjectKey,
  sweep: string,
): Promise<readonly RunView[]> {
  if (!/^[a-z0-9]{1,64}$/.test(sweep)) return []
  const key = { ...project, sweep }
  const trials = await readTrials(deps, key)
  const found = await deps.store.getRuns(trials.map((trial) => ({ ...project, run: trial.run })))
  const runs: RunView[] = found.filter((run) => run !== undefined)
  const record = (await deps.store.getSweep(key))?.record
  const prior = await priorRunsOf(deps, project, record)
  const joined = await deps.store.getRuns((record?.joined ?? []).map((run) => ({ ...project, run })))
  return [
    ...prior.map((run) => ({ ...run, priorOf: sweep })),
    ...runs,
    ...joined.filter((run) => run !== undefined && run.record.sweep === sweep),
  ] as readonly RunView[]
}

/** Those that are still there. */
export async function priorRunsOf(
  deps: Pick<Deps, 'store'>,
  project: ProjectKey,
  record: SweepRecord | undefined,
): Promise<readonly RunView[]> {
  const runs = record?.config.warm_start?.runs ?? []
  const found = await deps.store.getRuns(runs.map((run) => ({ ...project, run })))
  return found.flatMap((run) => run ?? [])
}

/** How filters and orders name what a run has. */
export function fieldsOf({ record, live, priorOf }: RunView): Fields {
  let config: Json | undefined
  let summary: Json | undefined
  return (name) => {
    const [head, ...rest] = name.split('.')
    const path = rest.join('.')
    switch (head) {
      case 'name':
        return record.key.run
      case 'displayName':
      case 'display_name':
        return record.displayName
      case 'state':
        return runWord(live)
      case 'sweep':
        return priorOf ?? record.sweep
      case 'group':
        return record.group
      case 'jobType':
      case 'job_type':
        return record.jobType
      case 'tags':
        return record.tags
      case 'description':
      case 'notes':
        return record.notes
      case 'host':
        return readExtra(record).host
      case 'username':
      case 'user':
      case 'entity':
        return record.key.entity
      case 'createdAt':
      case 'created_at':
        return new Date(record.createdAt).toISOString()
      case 'updatedAt':
      case 'updated_at':
      case 'heartbeatAt':
      case 'heartbeat_at':
        return new Date(live.heartbeatAt ?? record.createdAt).toISOString()
      case 'duration':
        return live.startedAt === undefined
          ? undefined
          : ((live.endedAt ?? live.heartbeatAt ?? live.startedAt) - live.startedAt) / 1000
      case 'config':
        config ??= parseJson(record.config)
        return configAt(config, path)
      case 'summary_metrics':
      case 'summaryMetrics':
      case 'summary':
        summary ??= parseJson(live.summary)
        return valueAt(summary, path)
      default:
        return undefined
    }
  }
}

/** Clients wrap each top-level value, so that `config.model.value.lr` means `lr` in `model`. */
function configAt(config: Json, path: string): Json | undefined {
  const direct = valueAt(config, path)
  if (direct !== undefined) return direct
  const wrapped = /\.value(?=\.|$)/.exec(path)
  return wrapped
    ? valueAt(config, path.slice(0, wrapped.index) + path.slice(wrapped.index + wrapped[0].length))
    : undefined
}

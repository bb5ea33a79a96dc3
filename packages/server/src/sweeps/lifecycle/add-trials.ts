import type { RunPatch } from '@chimney/core/schema/api/runs'
import { type Json, stringifyJson } from '@chimney/core/schema/json'
import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import { type Issue, Problem } from '@chimney/core/schema/problem'
import { fitParams } from '@chimney/core/space/check-params'
import type { Space } from '@chimney/core/space/space'
import type { EndState } from '@chimney/core/sweep/lifecycle'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { mapInParallel } from '../../in-parallel.ts'
import { reportMetrics } from '../../runs/history/report-metrics.ts'
import { finishRun } from '../../runs/lifecycle/finish-run.ts'
import { updateRun } from '../../runs/lifecycle/update-run.ts'
import type { Row } from '../../store/codec/chunk.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { without } from '../../without.ts'
import { openReceipt } from '../handout/receipt.ts'
import { type LoadedSweep, loadSweep } from '../load-sweep.ts'
import { claimPoint } from '../search/claim-point.ts'
import { samplingOf, searchOf } from '../search/search.ts'
import { newTrial, putTrial, runKeyOf, startRunning } from '../trials/create-trials.ts'

/** A trial that ran elsewhere. */
export interface AddedTrial {
  readonly params: Json
  readonly state: EndState
  readonly summary?: { readonly [name: string]: Json }
  /** Ascending by index. */
  readonly rows: readonly Row[]
  readonly reason?: string
  readonly source?: string
  readonly name?: string
  readonly notes?: string
  readonly tags?: readonly string[]
  readonly config?: { readonly [name: string]: Json }
  readonly startedAt?: UnixMs
  readonly endedAt?: UnixMs
}

export interface AddTrials {
  readonly trials: readonly AddedTrial[]
  readonly idempotencyKey?: string
}

type AddDeps = Pick<
  Deps,
  'store' | 'queue' | 'webhooks' | 'files' | 'clock' | 'settings' | 'onFailure' | 'randomId' | 'planner'
>

/** The arm of added trials. */
export const ADDED_ARM = 'added'
const AGENT = 'added'

/**
 * Adds trials that ran elsewhere, with their results. They take the next numbers, count for `run_cap` and inform the search as all others
 * do. With the same idempotency key the request completes what an interrupted one has left undone. All are checked before the first
 * is written: throws `Problem('invalid', 'invalid-params')`, `Problem('conflict')` for a grid, whose cells follow from the trial
 * numbers, and for a sweep that is not running or has no such count of trials left.
 */
export async function addTrials(
  deps: AddDeps,
  key: SweepKey,
  { trials, idempotencyKey }: AddTrials,
): Promise<readonly TrialRecord[]> {
  const sweep = await loadSweep(deps, key)
  refuseGrid(sweep)
  const { space } = await searchOf(deps, sweep.record, sweep.head)
  const fitted = fitAll(space, trials)
  const receipt = await openReceipt(
    deps,
    idempotencyKey,
    stringifyJson([key.sweep, trials] as unknown as Json),
  )
  try {
    const numbers = receipt.grants?.map(({ number }) => number) ?? (await takeAll(deps, key, trials.length))
    if (!receipt.grants) await receipt.settle(numbers.map((number) => ({ number, attempt: 1 })))
    const work = trials.map((trial, i) => ({ trial, number: numbers[i]!, params: fitted[i]! }))
    return await mapInParallel(work, ({ trial, number, params }) =>
      addTrial(deps, sweep, number, params, trial),
    )
  } finally {
    await receipt.close()
  }
}

function refuseGrid({ record }: LoadedSweep): void {
  if (record.config.method !== 'grid') return
  throw new Problem(
    'conflict',
    'grid-takes-no-trials',
    `sweep ${sweepPath(record.key)} is a grid, whose trial numbers are its cells; add the trials to a sweep of another method, and name their runs in warm_start.runs of a grid, which then leaves their cells out`,
  )
}

function fitAll(space: Space, trials: readonly AddedTrial[]): readonly Params[] {
  const issues: Issue[] = []
  const fitted = trials.map(({ params: given }, i) => {
    const result = fitParams(space, given as Params)
    for (const issue of result.issues) issues.push({ ...issue, path: `trials.${i}.params.${issue.path}` })
    return result.params
  })
  const [first] = issues
  if (first)
    throw new Problem(
      'invalid',
      'invalid-params',
      `${issues.length} values are not in the space of the sweep: ${first.path}: ${first.message}`,
      { issues },
    )
  for (const [i, { startedAt = 0, endedAt = startedAt }] of trials.entries())
    if (endedAt < startedAt)
      throw new Problem(
        'invalid',
        'ends-before-start',
        `trials.${i}.ended_at is before its started_at; correct one of them`,
      )
  return fitted
}

/** All of them or none. */
async function takeAll(deps: AddDeps, key: SweepKey, count: number): Promise<readonly number[]> {
  const taken = await deps.store.takeNumbers(key, count, deps.clock.now())
  if (taken) return Array.from({ length: count }, (_, i) => taken.first + i)
  const { head } = await loadSweep(deps, key)
  const path = sweepPath(key)
  if (head.state !== 'running')
    throw new Problem(
      'conflict',
      'sweep-not-running',
      `sweep ${path} is ${head.state}; trials can be added to a running sweep, and to a finished one after a higher run_cap`,
    )
  throw new Problem(
    'conflict',
    'run-cap-reached',
    `sweep ${path} has fewer than ${count} trials left; raise its run_cap first`,
  )
}

async function addTrial(
  deps: AddDeps,
  { record }: LoadedSweep,
  number: number,
  params: Params,
  added: AddedTrial,
): Promise<TrialRecord> {
  const now = deps.clock.now()
  const { startedAt = now, endedAt = now, source = 'added with its result' } = added
  const why = { params, suggestedBy: { arm: ADDED_ARM, why: source } }
  const start = startRunning(deps, { agent: AGENT, claimedBy: AGENT })
  const repeats = (await claimPoint(deps, record.key, await samplingOf(record), number, params)) !== number
  const trial: TrialRecord = {
    ...newTrial(record.key, number, why, start, startedAt, repeats),
    endedAt,
    updatedAt: now,
  }
  if ((await putTrial(deps, trial, start)) === 'taken') await refuseOther(deps, trial)
  const run = runKeyOf(trial)
  const { name, notes, tags, config } = added
  if (name !== undefined || notes !== undefined || tags !== undefined || config !== undefined)
    await updateRun(deps, run, patchOf({ name, notes, tags, config }))
  if (added.rows.length > 0) await reportMetrics(deps, run, { rows: added.rows, attempt: 1 })
  // Without webhooks: the trial failed elsewhere, and earlier.
  await finishRun(without(deps, ['webhooks']), run, {
    state: added.state,
    attempt: 1,
    last: true,
    endedAt,
    ...(added.reason !== undefined && { reason: added.reason }),
    ...(added.summary && { summary: added.summary }),
  })
  return trial
}

/** The number has a trial already: that of the same request before, or one of the repair, which came first. */
async function refuseOther(deps: AddDeps, { key, params }: TrialRecord): Promise<void> {
  const there = await deps.store.getTrial(key)
  if (there?.suggestedBy?.arm === ADDED_ARM && stringifyJson(there.params) === stringifyJson(params)) return
  throw new Problem(
    'conflict',
    'request-interrupted',
    `this request was interrupted before it stored trial ${key.number}, which is queued now; send the trials that are missing with a new Idempotency-Key`,
  )
}

const patchOf = (given: { readonly [name: string]: unknown }): RunPatch =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))

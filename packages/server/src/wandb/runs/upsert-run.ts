import { isObject, type Json, parseJson, stringifyJson } from '@chimney/core/schema/json'
import type { RunKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { partsOf } from '../../global-id.ts'
import { ownEntity } from '../../own-entity.ts'
import { createRun } from '../../runs/lifecycle/create-run.ts'
import { startRun } from '../../runs/lifecycle/start-run.ts'
import { runNotFound } from '../../runs/live/change-live.ts'
import { changeRecord } from '../../runs/live/change-record.ts'
import type { RunRecord } from '../../store/runs.ts'
import { joinSweep } from '../../sweeps/lifecycle/join-sweep.ts'
import { findSweepKey, runKeyOf, type WandbContext } from '../graphql/context.ts'
import { branchPointOf, copyHistory } from './fork-run.ts'
import { type ClientConfig, readClientConfig } from './run-config.ts'
import { type RunExtra, readExtra, writeExtra } from './run-extra.ts'
import type { RunView } from './run-view.ts'

/** Input of `upsertBucket`. Null and absent both mean "unchanged". */
export interface UpsertRun {
  readonly id?: string | null
  readonly name?: string | null
  readonly modelName?: string | null
  readonly entityName?: string | null
  readonly groupName?: string | null
  readonly description?: string | null
  readonly displayName?: string | null
  readonly notes?: string | null
  readonly commit?: string | null
  readonly config?: string | null
  readonly host?: string | null
  readonly jobProgram?: string | null
  readonly jobRepo?: string | null
  readonly jobType?: string | null
  readonly sweep?: string | null
  readonly tags?: readonly string[] | null
  readonly summaryMetrics?: string | null
}

/** All of a run but its metrics is one item of the table; a config of this size fits. */
const MAX_CONFIG = 250_000

/** Creates or changes a run. A training process sends this at its start and whenever its config changes. */
export async function upsertRun(
  ctx: WandbContext,
  input: UpsertRun,
): Promise<RunView & { readonly inserted: boolean }> {
  const key = keyOf(ctx, input)
  if ((input.config?.length ?? 0) > MAX_CONFIG)
    throw new Problem(
      'too-large',
      'config-too-large',
      `the config of a run may hold ${MAX_CONFIG} characters; log large values as a file or an artifact`,
    )
  const config = input.config ? readClientConfig(input.config) : undefined
  let run = await ctx.deps.store.getRun(key)
  if (!run) {
    if (input.id && !input.name) throw runNotFound(key)
    const created = await create(ctx, key, input, config)
    if (created) return { ...created, ...(await withSummary(ctx, key, input, created.live)), inserted: true }
    // Another request for the same run was faster.
    run = await ctx.deps.store.getRun(key)
    if (!run) throw runNotFound(key)
  }
  const record = await changeRecord(ctx.deps, key, (record) => changed(record, input, config), run.record)
  // By `id` a person changes a run from outside; by name its own process reports.
  const live = input.id || sharedAndEnded(run) ? run.live : await startRun(ctx.deps, key, run.live)
  return { record, ...(await withSummary(ctx, key, input, live)), inserted: false }
}

async function withSummary(ctx: WandbContext, key: RunKey, input: UpsertRun, live: RunView['live']) {
  const summary = input.summaryMetrics ? parseJson(input.summaryMetrics) : undefined
  if (!isObject(summary)) return { live }
  const { correctSummary } = await import('../../sweeps/amendments/correct-summary.ts')
  return { live: (await correctSummary(ctx.deps, key, () => summary)).live }
}

/** A process of a shared run that arrives after the run has ended adds lines but does not reopen it. */
const sharedAndEnded = ({ record, live }: RunView): boolean =>
  isEnd(live.state) && readExtra(record).writers !== undefined

/** The first line number for a client that has just started the run. */
export const firstLine = ({ record }: Pick<RunView, 'record'>, config: string | null | undefined): number =>
  config && branchPointOf(record.key, readClientConfig(config).wandb) ? (readExtra(record).forked ?? 0) : 0

function keyOf(ctx: WandbContext, input: UpsertRun): RunKey {
  if (input.name) return runKeyOf(ctx, input.entityName, input.modelName, input.name)
  if (input.id) {
    const [entity, project, run] = partsOf('Run', 3, input.id) as [string, string, string]
    ownEntity(ctx, entity)
    return { entity, project, run }
  }
  return runKeyOf(ctx, input.entityName, input.modelName, ctx.deps.randomId(8))
}

async function create(ctx: WandbContext, key: RunKey, input: UpsertRun, config: ClientConfig | undefined) {
  const sweep = input.sweep ? await findSweepKey(ctx, key.entity, key.project, input.sweep) : undefined
  if (input.sweep && !sweep)
    throw new Problem(
      'not-found',
      'sweep-not-found',
      `there is no sweep ${input.sweep} in ${key.entity}/${key.project} for run ${key.run} to join`,
    )
  const point = branchPointOf(key, config?.wandb)
  // Before the run exists: a client that finds the run finds its copied history too.
  const forked = point && (await copyHistory(ctx.deps, key, point))
  const extra = { ...extraOf({}, input, config), ...(forked && { forked }) }
  try {
    const created = await createRun(ctx.deps, {
      entity: key.entity,
      project: key.project,
      body: {
        id: key.run,
        ...(input.displayName && { name: input.displayName }),
        config: (config?.values ?? {}) as Record<string, never>,
        tags: [...(input.tags ?? [])],
        ...(input.notes && { notes: input.notes }),
        ...(input.groupName && { group: input.groupName }),
        ...(input.jobType && { job_type: input.jobType }),
      },
      extra: writeExtra(extra),
      ...(sweep && { sweep: sweep.sweep }),
    })
    if (sweep) await joinSweep(ctx.deps, sweep, key.run)
    return created
  } catch (error) {
    if (error instanceof Problem && error.code === 'run-exists') return undefined
    throw error
  }
}

/** The record with the request's changes; the same object when there are none. */
function changed(record: RunRecord, input: UpsertRun, config: ClientConfig | undefined): RunRecord {
  const next: RunRecord = {
    ...record,
    ...(input.displayName && { displayName: input.displayName }),
    ...(input.notes != null && { notes: input.notes }),
    ...(input.tags && { tags: input.tags }),
    ...(input.groupName != null && { group: input.groupName }),
    ...(input.jobType != null && { jobType: input.jobType }),
    ...(config && { config: merged(record.config, config.values) }),
    extra: writeExtra(extraOf(readExtra(record), input, config)),
  }
  return JSON.stringify(next) === JSON.stringify(record) ? record : next
}

/** A request holds the whole config or only the changed part, so an omitted entry is never removed. */
const merged = (before: string, values: { readonly [key: string]: Json }): string =>
  stringifyJson({ ...(parseJson(before, { exact: true }) as { [key: string]: Json }), ...values })

function extraOf(before: RunExtra, input: UpsertRun, config: ClientConfig | undefined): RunExtra {
  return {
    ...before,
    ...(config?.wandb && { wandb: { ...before.wandb, ...config.wandb } }),
    ...(input.host && { host: input.host }),
    ...(input.jobProgram && { program: input.jobProgram }),
    ...(input.jobRepo && { repo: input.jobRepo }),
    ...(input.commit && { commit: input.commit }),
    ...(input.description != null && { description: input.description }),
  }
}

import type { ProjectKey, SweepKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { partsOf } from '../../global-id.ts'
import { hashOf } from '../../ids.ts'
import { ownEntity } from '../../own-entity.ts'
import { changeRecord } from '../../runs/live/change-record.ts'
import { enqueueTrial } from '../../sweeps/handout/enqueue-trial.ts'
import { createSweep, otherPlace, sweepIdFor } from '../../sweeps/lifecycle/create-sweep.ts'
import { replaceConfig } from '../../sweeps/lifecycle/replace-config.ts'
import { updateSweep } from '../../sweeps/lifecycle/update-sweep.ts'
import { type LoadedSweep, loadSweep } from '../../sweeps/load-sweep.ts'
import { projectKeyOf, type WandbContext } from '../graphql/context.ts'
import { readClientConfig } from '../runs/run-config.ts'
import { namesOfFilter } from '../runs/run-filter.ts'
import { findRuns } from '../runs/run-view.ts'
import { sweepStateOf } from '../words.ts'

/** Input of `upsertSweep`. Null and absent both mean "unchanged". */
export interface UpsertSweep {
  readonly id?: string | null
  readonly config?: string | null
  readonly description?: string | null
  readonly displayName?: string | null
  readonly entityName?: string | null
  readonly projectName?: string | null
  readonly state?: string | null
  readonly priorRunsFilters?: string | null
}

/**
 * Makes a sweep, or changes the one with this id. The client prints `warnings` under a heading that calls the config malformed, so
 * they lack what is harmless; the sweep's own warnings have it.
 */
export async function upsertSweep(
  ctx: WandbContext,
  input: UpsertSweep,
): Promise<LoadedSweep & { readonly warnings: readonly string[] }> {
  if (input.id) return change(ctx, input.id, input)
  if (!input.config) throw new Problem('invalid', 'no-config', 'a new sweep needs a config')
  const { parseSweepConfig } = await import('@chimney/core/schema/parse-sweep-config')
  const { config, notes } = parseSweepConfig(input.config)
  ownConfig(ctx, input.entityName || config.entity, config.entity)
  const key = projectKeyOf(ctx, input.entityName || config.entity, input.projectName || config.project)
  const prior = await priorRuns(ctx, key, input.priorRunsFilters)
  const sweep = await createOnce(ctx, {
    ...key,
    source: input.config,
    displayName: input.displayName || undefined,
    priorRuns: prior.runs,
  })
  const hidden = [...notes, ...otherPlace(key, config)]
  const warnings = sweep.warnings.filter((warning) => !hidden.includes(warning))
  const described =
    input.description && input.description !== sweep.record.description
      ? await updateSweep(ctx.deps, sweep.record.key, { description: input.description })
      : sweep
  return { ...described, warnings: [...warnings, ...prior.warnings] }
}

/** Throws for an entity that the client took from the config, which is not what the user typed. */
function ownConfig(ctx: WandbContext, entity: string | undefined, ofConfig: string | undefined): void {
  if (entity === undefined || entity === ctx.caller.entity || entity !== ofConfig) return
  throw new Problem(
    'forbidden',
    'other-entity',
    `the config has entity: ${entity}, and this API key belongs to ${ctx.caller.entity}; remove the line entity from the config, or give --entity ${ctx.caller.entity}`,
  )
}

/**
 * Prior runs of a new sweep. Clients list them in a filter, `{"$or": [{"name": …}, …]}`. A run that does
 * not exist causes a warning: after an error the client would assume an old server and retry without prior runs.
 */
async function priorRuns(ctx: WandbContext, project: ProjectKey, filters: string | null | undefined) {
  if (!filters) return { runs: [], warnings: [] }
  const names = namesOfFilter(filters)
  const found = names
    ? (await ctx.deps.store.getRuns(names.map((run) => ({ ...project, run })))).flatMap((run) => run ?? [])
    : await findRuns(ctx.deps, project, { filters })
  const runs = found.map(({ record }) => record.key.run)
  const warnings = (names ?? [])
    .filter((name) => !runs.includes(name))
    .map(
      (name) => `prior run ${name} is left out: there is no such run in ${project.entity}/${project.project}`,
    )
  if (!names && runs.length === 0) warnings.push('no run matches the filter of prior runs')
  return { runs, warnings }
}

/** The client sends one sweep up to five times when a response is late, without an idempotency key. */
const ASKED_AGAIN_MS = 30_000

interface Wanted {
  readonly entity: string
  readonly project: string
  readonly source: string
  readonly displayName: string | undefined
  readonly priorRuns: readonly string[]
}

/** The same config from the same caller within 30 s means the same sweep, until its first trial is handed out. */
async function createOnce(
  ctx: WandbContext,
  wanted: Wanted,
): Promise<LoadedSweep & { readonly warnings: readonly string[] }> {
  const { deps, caller } = ctx
  const now = deps.clock.now()
  const text = hashOf(
    JSON.stringify([
      caller.key?.id ?? '',
      wanted.entity,
      wanted.project,
      wanted.displayName ?? '',
      wanted.source,
      ...wanted.priorRuns,
    ]),
  )
  const window = Math.floor(now / ASKED_AGAIN_MS)
  const keys = [window - 1, window].map((window) => `upsert-sweep/${text}/${window}`)
  const earlier = await Promise.all(
    keys.map((key) =>
      deps.store.getSweep({ entity: wanted.entity, project: wanted.project, sweep: sweepIdFor(key) }),
    ),
  )
  const same = earlier.find(
    (sweep) =>
      sweep &&
      sweep.head.taken === 0 &&
      sweep.head.state === 'running' &&
      now - sweep.record.createdAt < ASKED_AGAIN_MS,
  )
  if (same) {
    // The first request may have died before it made the project.
    await deps.store.ensureProject(wanted, same.record.createdAt)
    return { ...same, warnings: same.record.warnings }
  }
  const { displayName, ...rest } = wanted
  // The sweep with this window's id has started: this is a new one.
  const idempotencyKey = earlier[1] ? undefined : keys[1]
  return createSweep(deps, {
    ...rest,
    ...(displayName && { displayName }),
    ...(idempotencyKey && { idempotencyKey }),
  })
}

/** Input of `enqueueSweepRun`: parameters that are to be tried next, as JSON text of values by name, each maybe wrapped in `{value}`. */
export interface EnqueueSweepRun {
  readonly id: string
  readonly config: string
  readonly displayName?: string | null
}

/** Answers the run that the parameters will have. */
export async function enqueueSweepRun(ctx: WandbContext, { id, config, displayName }: EnqueueSweepRun) {
  const key = ownSweep(ctx, id)
  const { run } = await enqueueTrial(ctx.deps, key, { params: readClientConfig(config).values })
  if (displayName) await changeRecord(ctx.deps, { ...key, run }, (record) => ({ ...record, displayName }))
  return { id: run, runQueueItemId: null }
}

function ownSweep(ctx: WandbContext, id: string): SweepKey {
  const [entity, project, sweep] = partsOf('Sweep', 3, id) as [string, string, string]
  ownEntity(ctx, entity)
  return { entity, project, sweep }
}

async function change(ctx: WandbContext, id: string, input: UpsertSweep) {
  const key = ownSweep(ctx, id)
  const before = await loadSweep(ctx.deps, key)
  if (input.config && input.config !== before.record.source) await replaceConfig(ctx.deps, key, input.config)
  const state = input.state ? sweepStateOf(input.state) : undefined
  if (input.state && !state) throw new Problem('invalid', 'unknown-state', `a sweep cannot be ${input.state}`)
  const patch = {
    ...(state && { state }),
    ...(input.description != null && { description: input.description }),
    ...(input.displayName != null && { name: input.displayName }),
  }
  const sweep =
    Object.keys(patch).length > 0 ? await updateSweep(ctx.deps, key, patch) : await loadSweep(ctx.deps, key)
  if (!input.config) return { ...sweep, warnings: [] }
  const warnings = await alarming(input.config, sweep.record.warnings)
  return { ...sweep, warnings: [...warnings, ...(await findingsOf(ctx, sweep))] }
}

/** The warnings without those that are harmless. */
async function alarming(text: string, warnings: readonly string[]): Promise<readonly string[]> {
  const { parseSweepConfig } = await import('@chimney/core/schema/parse-sweep-config')
  const { notes } = parseSweepConfig(text)
  return warnings.filter((warning) => !notes.includes(warning))
}

/** What is wrong with a sweep that has trials: `wandb sweep --update` prints it. */
async function findingsOf({ deps }: WandbContext, sweep: LoadedSweep): Promise<readonly string[]> {
  if (sweep.head.taken === 0) return []
  const { sweepDiagnosis } = await import('../../sweeps/diagnosis/sweep-diagnosis.ts')
  const { findings } = await sweepDiagnosis(deps, sweep)
  return findings.flatMap(({ severity, message, fix }) =>
    severity === 'remark' ? [] : [`${message}; ${fix}`],
  )
}

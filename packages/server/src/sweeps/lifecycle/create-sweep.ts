import { type ProjectKey, type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import { stopperFor } from '@chimney/core/stoppers/pick'
import { trialLimit } from '@chimney/core/sweep/plan'
import type { Deps } from '../../deps.ts'
import { hashOf, idFromText } from '../../ids.ts'
import { reusedKey } from '../../reused-key.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import { dispatchTrials } from '../handout/dispatch.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { storePriors } from '../search/priors.ts'
import { readWarmStart } from '../search/warm-start.ts'
import { NONE_ENDED } from '../trials/trial-counts.ts'

export interface CreateSweep {
  readonly entity: string
  readonly project: string
  /** A sweep config as YAML or JSON text. */
  readonly source: string
  readonly displayName?: string
  /** Ids of runs of the project for the warm start, in addition to `warm_start.runs` of the config. */
  readonly priorRuns?: readonly string[]
  /** Opaque; scoped to the caller. The same key and text return the same sweep. */
  readonly idempotencyKey?: string
}

export interface CreatedSweep extends LoadedSweep {
  readonly created: boolean
  /** Those of the config, and that the first trials could not be sent. */
  readonly warnings: readonly string[]
}

/** Ids are drawn from 36^8 ≈ 2.8e12, so several collisions in a row are no coincidence. */
const TRIES = 5

type CreateDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'randomId' | 'onFailure'>

/** Creates a sweep, and the project if it is new; dispatches the first trials when the config names an agent function. */
export async function createSweep(deps: CreateDeps, input: CreateSweep): Promise<CreatedSweep> {
  const { idempotencyKey } = input
  const project = { entity: input.entity, project: input.project }
  const draft = await draftSweep(deps, project, input)
  for (let salt = 0; salt < TRIES; salt++) {
    const sweep = idempotencyKey === undefined ? deps.randomId(8) : sweepIdFor(idempotencyKey, salt)
    const key = { ...project, sweep }
    const { record, head } = await draft(key)
    // Before the project, so that a refused sweep leaves no project. A repetition makes up for a crash in between.
    if (await deps.store.createSweep(record, head)) {
      await deps.store.ensureProject(project, record.createdAt)
      const warnings = await firstTrials(deps, record, head)
      return { record, head, created: true, warnings: [...record.warnings, ...warnings] }
    }
    if (idempotencyKey === undefined) continue
    const existing = await deps.store.getSweep(key)
    if (existing && existing.record.requestHash === record.requestHash) {
      const { warnings, createdAt } = existing.record
      await deps.store.ensureProject(project, createdAt)
      return { ...existing, created: false, warnings }
    }
    if (existing) throw reusedKey(sweepPath(key))
  }
  throw new Problem('retryable', 'no-free-id', 'no free sweep id was found; send the request again', {
    retryAfter: 1,
  })
}

/**
 * Dispatches the first trials of a sweep that is stored. A failure cannot take the sweep back, so the response says that it exists:
 * as a warning when reconcile sends the trials within a minute, else in the sentence of the error.
 */
async function firstTrials(
  deps: CreateDeps,
  record: SweepRecord,
  head: SweepHead,
): Promise<readonly string[]> {
  try {
    await dispatchTrials(deps, record, head)
    return []
  } catch (error) {
    const path = sweepPath(record.key)
    if (!(error instanceof Problem))
      throw new Error(`the first trials of sweep ${path} cannot be sent`, { cause: error })
    const { kind, code, cause, message } = error
    if (kind !== 'retryable')
      throw new Problem(kind, code, `sweep ${path} was created, but its trials cannot be sent: ${message}`, {
        cause,
      })
    deps.onFailure?.(`dispatch of sweep ${path}`, error)
    return [`the first trials are not sent yet, and will be within a minute: ${message}`]
  }
}

/** Checks the config and reads its warm start. Returns how the sweep is made under an id. */
async function draftSweep(
  deps: Pick<Deps, 'store' | 'queue' | 'clock'>,
  project: ProjectKey,
  input: CreateSweep,
): Promise<(key: SweepKey) => Promise<LoadedSweep>> {
  // Imported on demand: the YAML parser is large.
  const { parseSweepConfig } = await import('@chimney/core/schema/parse-sweep-config')
  const { samplerFor } = await import('@chimney/core/samplers/pick')
  const { spaceOf } = await import('@chimney/core/space/constraints/constrain')
  const { config: given, warnings, source } = parseSweepConfig(input.source)
  const config = withPriorRuns(given, input.priorRuns)
  const space = spaceOf(config)
  const sampler = samplerFor(config, space)
  if (config.early_terminate) stopperFor(config.early_terminate)
  if (config.dispatch && !deps.queue.agents.includes(config.dispatch.agent))
    throw unknownAgent(deps, config.dispatch.agent)
  const warmStart = await readWarmStart(deps, project, config, space)
  const hasPriors = warmStart.priors.length + warmStart.cells.length > 0
  const now = deps.clock.now()
  return async (key) => {
    // Derived from the id, so that a repeated request gives the same seed as the first one.
    const seed = config.seed ?? Number.parseInt(hashOf(`seed:${key.sweep}`).slice(0, 12), 16)
    const limit = trialLimit(
      { sampler, space, seed, enqueued: [], before: warmStart.cells, replicates: config.replicates ?? 1 },
      config.run_cap,
    )
    const displayName = input.displayName ?? config.name
    const record: SweepRecord = {
      key,
      config: { ...config, seed },
      source,
      seed,
      ...(displayName !== undefined && { displayName }),
      ...(config.description !== undefined && { description: config.description }),
      warnings: [...warnings, ...otherPlace(project, config), ...warmStart.warnings],
      ...(hasPriors && { priors: await storePriors(deps, key, warmStart) }),
      createdAt: now,
      rev: 1,
      ...(input.idempotencyKey !== undefined && { requestHash: requestHashOf(input) }),
    }
    return { record, head: { ...NEW_HEAD, ...(limit !== undefined && { limit }), updatedAt: now } }
  }
}

/** The place of a sweep is that of the request; what its config says otherwise has no effect. */
export const otherPlace = (
  { entity, project }: ProjectKey,
  config: Pick<SweepConfig, 'entity' | 'project'>,
): readonly string[] => [
  ...(config.entity !== undefined && config.entity !== entity
    ? [`entity in the config is ${config.entity}, but the sweep belongs to ${entity}, as the request says`]
    : []),
  ...(config.project !== undefined && config.project !== project
    ? [`project in the config is ${config.project}, but the sweep is in ${project}, as the request says`]
    : []),
]

const NEW_HEAD: Omit<SweepHead, 'updatedAt'> = {
  state: 'running',
  taken: 0,
  enqueued: [],
  ended: NONE_ENDED,
  waiting: [],
  settled: 0,
  rev: 1,
}

function requestHashOf({ entity, project, source, priorRuns }: CreateSweep): string {
  const runs = priorRuns?.length ? `\n${priorRuns.join(' ')}` : ''
  return hashOf(`${entity}/${project}\n${source}${runs}`)
}

/** The config with these runs added to its warm start. */
function withPriorRuns(config: SweepConfig, runs: readonly string[] = []): SweepConfig {
  if (runs.length === 0) return config
  const { warm_start } = config
  const all = [...new Set([...(warm_start?.runs ?? []), ...runs])]
  return { ...config, warm_start: { ...warm_start, runs: all } }
}

/** The id of the sweep that a request with this idempotency key creates; `salt` counts collisions with other sweeps. */
export const sweepIdFor = (idempotencyKey: string, salt = 0): string =>
  idFromText(`sweep:${salt}:${idempotencyKey}`, 8)

function unknownAgent(deps: Pick<Deps, 'queue'>, agent: string): Problem {
  const { agents } = deps.queue
  const known = agents.length > 0 ? `known agents: ${agents.join(', ')}` : 'none is deployed'
  return new Problem('invalid', 'unknown-agent', `there is no agent function '${agent}' (${known})`, {
    issues: [
      {
        path: 'dispatch.agent',
        message: `there is no agent function '${agent}'; ${known}`,
        fix: 'deploy it, or remove dispatch and start agents that poll',
      },
    ],
  })
}

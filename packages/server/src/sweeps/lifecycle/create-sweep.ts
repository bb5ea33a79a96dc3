import { sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import { buildSpace } from '@chimney/core/space/build-space'
import { stopperFor } from '@chimney/core/stoppers/pick'
import { trialLimit } from '@chimney/core/sweep/plan'
import type { Deps } from '../../deps.ts'
import { hashOf, idFromText } from '../../ids.ts'
import { reusedKey } from '../../reused-key.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import { dispatchTrials } from '../handout/dispatch.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { keepPriors } from '../search/prior-trials.ts'
import { gatherPriors } from '../search/warm-start.ts'
import { NONE_ENDED } from '../trials/trial-counts.ts'

export interface CreateSweep {
  readonly entity: string
  readonly project: string
  /** A sweep config as YAML or JSON text. */
  readonly source: string
  readonly displayName?: string
  /** Ids of runs of the project that are to inform the search, as `warm_start.runs` of the config does. */
  readonly priorRuns?: readonly string[]
  /** Opaque; scoped to the caller. The same key and text make the same sweep. */
  readonly idempotencyKey?: string
}

/** Ids are drawn from 36^8 ≈ 2.8e12, so a second collision in a row is no accident. */
const TRIES = 5

/** Makes a sweep, and the project if it is new; sends the first trials when the config names an agent function. */
export async function createSweep(
  deps: Pick<Deps, 'store' | 'queue' | 'clock' | 'randomId'>,
  input: CreateSweep,
): Promise<LoadedSweep & { readonly created: boolean }> {
  const { entity, project } = input
  // The YAML reader is large, and only this use case needs it.
  const { parseSweepConfig } = await import('@chimney/core/schema/parse-sweep-config')
  const { samplerFor } = await import('@chimney/core/samplers/pick')
  const { config: given, warnings, source } = parseSweepConfig(input.source)
  const config = withPriorRuns(given, input.priorRuns)
  const space = buildSpace(config.parameters)
  const sampler = samplerFor(config, space)
  if (config.early_terminate) stopperFor(config.early_terminate)
  if (config.dispatch && !deps.queue.agents.includes(config.dispatch.agent))
    throw unknownAgent(deps, config.dispatch.agent)

  const known = await gatherPriors(deps, { entity, project }, config, space)
  const asked = input.priorRuns?.length ? `\n${input.priorRuns.join(' ')}` : ''
  const requestHash = hashOf(`${entity}/${project}\n${input.source}${asked}`)
  const now = deps.clock.now()
  for (let salt = 0; salt < TRIES; salt++) {
    const sweep =
      input.idempotencyKey === undefined ? deps.randomId(8) : sweepIdFor(input.idempotencyKey, salt)
    const key = { entity, project, sweep }
    // The seed follows from the id, so that a repeated creation finishes what a lost one began, draw for draw.
    const seed = config.seed ?? Number.parseInt(hashOf(`seed:${sweep}`).slice(0, 12), 16)
    const limit = trialLimit({ sampler, space, seed, enqueued: [], before: known.cells }, config.run_cap)
    const displayName = input.displayName ?? config.name
    const record: SweepRecord = {
      key,
      config: { ...config, seed },
      source,
      seed,
      ...(displayName !== undefined && { displayName }),
      ...(config.description !== undefined && { description: config.description }),
      warnings: [...warnings, ...known.warnings],
      ...(known.priors.length + known.cells.length > 0 && { priors: await keepPriors(deps, key, known) }),
      createdAt: now,
      rev: 1,
      ...(input.idempotencyKey !== undefined && { requestHash }),
    }
    const head: SweepHead = {
      state: 'running',
      taken: 0,
      ...(limit !== undefined && { limit }),
      enqueued: [],
      ended: NONE_ENDED,
      waiting: [],
      settled: 0,
      updatedAt: now,
      rev: 1,
    }
    await deps.store.ensureProject({ entity, project }, now)
    if (await deps.store.createSweep(record, head)) {
      await dispatchTrials(deps, record, head)
      return { record, head, created: true }
    }
    if (input.idempotencyKey === undefined) continue
    const existing = await deps.store.getSweep(key)
    if (existing?.record.requestHash === requestHash) return { ...existing, created: false }
    if (existing) throw reusedKey(sweepPath(key))
  }
  throw new Problem('retryable', 'no-free-id', 'no free sweep id was found; send the request again', {
    retryAfter: 1,
  })
}

/** The config with these runs among those of its warm start. */
function withPriorRuns(config: SweepConfig, runs: readonly string[] = []): SweepConfig {
  if (runs.length === 0) return config
  const { warm_start } = config
  const all = [...new Set([...(warm_start?.runs ?? []), ...runs])]
  return { ...config, warm_start: { ...warm_start, runs: all } }
}

/** The sweep that a request with this idempotency key makes, unless another one has the id already. */
export const sweepIdFor = (idempotencyKey: string, salt = 0): string =>
  idFromText(`sweep:${salt}:${idempotencyKey}`, 8)

function unknownAgent(deps: Pick<Deps, 'queue'>, agent: string): Problem {
  const known =
    deps.queue.agents.length > 0 ? `known agents: ${deps.queue.agents.join(', ')}` : 'none is deployed'
  return new Problem('invalid', 'unknown-agent', `no agent function is called '${agent}' (${known})`, {
    issues: [
      {
        path: 'dispatch.agent',
        message: `no agent function is called '${agent}'; ${known}`,
        fix: 'add it to the deployed agents, or drop dispatch and let agents pull',
      },
    ],
  })
}

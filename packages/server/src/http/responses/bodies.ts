/** Maps records of the store to bodies of the API. */
import type { EntityBody } from '@chimney/core/schema/api/entities'
import type { KeyBody } from '@chimney/core/schema/api/keys'
import type { ProjectBody } from '@chimney/core/schema/api/projects'
import type { Claimed, RunBody } from '@chimney/core/schema/api/runs'
import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { HandedTrial, TrialBody } from '@chimney/core/schema/api/trials'
import { type Json, numberOf, parseJson, stringifyJson } from '@chimney/core/schema/json'
import { runPath, sweepPath } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import { metricOf, type SweepConfig } from '@chimney/core/schema/sweep-config'
import type { UnixMs } from '../../clock.ts'
import { runUrl, sweepUrl } from '../../page-url.ts'
import type { KeyRecord } from '../../store/api-keys.ts'
import type { EntityRecord } from '../../store/entities.ts'
import type { ProjectRecord } from '../../store/projects.ts'
import type { RunLive, RunRecord } from '../../store/runs.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'

type JsonObject = { [key: string]: Json }

export const iso = (at: UnixMs): string => new Date(at).toISOString()
const isoOrNull = (at: UnixMs | undefined): string | null => (at === undefined ? null : iso(at))

export function sweepBody(publicUrl: string, record: SweepRecord, head: SweepHead): SweepBody {
  const { key, config } = record
  const metric = metricOf(config)
  const closed = Object.values(head.ended).reduce((sum, count) => sum + count, 0)
  return {
    id: key.sweep,
    path: sweepPath(key),
    url: sweepUrl(publicUrl, key),
    name: record.displayName ?? null,
    description: record.description ?? null,
    state: head.state,
    state_reason: head.reason ?? null,
    method: config.method,
    metric: metric ? { name: metric.name, goal: metric.goal } : null,
    config: configJson(config),
    seed: record.seed,
    limit: head.limit ?? null,
    trials: { handed_out: head.taken, open: Math.max(0, head.taken - closed), ...head.ended },
    best: head.best ? { number: head.best.number, run: head.best.run, value: head.best.value } : null,
    warnings: [...record.warnings, ...missingWarning(record, head)],
    created_at: iso(record.createdAt),
    updated_at: iso(Math.max(record.createdAt, head.updatedAt)),
  }
}

/** While no trial has a value, says why the last finished one has none. */
function missingWarning({ config }: SweepRecord, { best, missing, ended }: SweepHead): readonly string[] {
  const metric = metricOf(config)
  if (best || missing === undefined || !metric) return []
  const count = ended.finished
  const feasible = config.constraints?.length ? ' and is feasible' : ''
  return [
    count > 1
      ? `none of ${count} finished trials has a value${feasible}; of the last one, ${missing}`
      : `a trial finished without a value: ${missing}`,
  ]
}

/** A config is a JSON value; its type is narrower. */
const configJson = (config: SweepConfig): JsonObject => config as unknown as JsonObject

export function trialBody(trial: TrialRecord): TrialBody {
  return {
    number: trial.key.number,
    run: trial.run,
    params: trial.params as JsonObject,
    state: trial.state,
    attempt: trial.attempt,
    ...(trial.value !== undefined && { value: trial.value }),
    ...(trial.rung !== undefined && { rung: trial.rung }),
    ...(trial.values && { values: [...trial.values] }),
    ...replicateBody(trial),
    ...(trial.violation !== undefined && { feasible: trial.violation === 0 }),
    ...(trial.reason !== undefined && { reason: trial.reason }),
    ...(trial.agent !== undefined && { agent: trial.agent }),
    ...(trial.suggestedBy && { suggested_by: trial.suggestedBy }),
    ...(trial.voided && {
      voided: {
        at: iso(trial.voided.at),
        reason: trial.voided.reason,
        deleted: trial.voided.deleted === true,
      },
    }),
    ...(trial.earlier && {
      earlier: trial.earlier.map(({ at, values, ...result }) => ({
        ...result,
        ...(values && { values: [...values] }),
        at: iso(at),
      })),
    }),
    created_at: iso(trial.createdAt),
    ...(trial.startedAt !== undefined && { started_at: iso(trial.startedAt) }),
    // Repeated here, it has ended at another time.
    ...(trial.endedAt !== undefined && trial.attempt === 1 && { ended_at: iso(trial.endedAt) }),
    updated_at: iso(trial.updatedAt),
  }
}

export const handedTrial = (trial: TrialRecord, leaseUntil: UnixMs): HandedTrial => ({
  number: trial.key.number,
  run: trial.run,
  run_path: runPath({ ...trial.key, run: trial.run }),
  params: trial.params as JsonObject,
  attempt: trial.attempt,
  ...replicateBody(trial),
  lease_until: iso(leaseUntil),
})

const replicateBody = ({ replicate }: TrialRecord) =>
  replicate && { replicate: { index: replicate.index, of: replicate.of } }

export const claimedBody = (live: RunLive, params: Params, now: UnixMs): Claimed => ({
  number: live.number ?? 0,
  run: live.key.run,
  params: params as JsonObject,
  attempt: live.attempt,
  lease_until: iso(live.leaseUntil ?? now),
})

export function runBody(publicUrl: string, record: RunRecord, live: RunLive): RunBody {
  return {
    id: record.key.run,
    path: runPath(record.key),
    url: runUrl(publicUrl, record.key),
    name: record.displayName,
    state: live.state,
    sweep: record.sweep ?? null,
    number: record.number ?? null,
    config: parseJson(record.config, { exact: true }) as JsonObject,
    summary: parseJson(live.summary) as JsonObject,
    tags: [...record.tags],
    notes: record.notes ?? null,
    alerts: (record.alerts ?? []).map(({ at, ...alert }) => ({ at: iso(at), ...alert })),
    group: record.group ?? null,
    job_type: record.jobType ?? null,
    attempt: live.attempt,
    agent: live.agent ?? null,
    stop: live.stop ? { reason: live.stop.reason, by: live.stop.by } : null,
    reason: live.reason ?? null,
    exit_code: live.exitCode ?? null,
    lease_until: isoOrNull(live.leaseUntil),
    past_attempts: (live.past ?? []).map((past) => ({
      attempt: past.attempt,
      agent: past.agent ?? null,
      started_at: isoOrNull(past.startedAt),
      heartbeat_at: isoOrNull(past.heartbeatAt),
      end: past.end,
    })),
    created_at: iso(record.createdAt),
    started_at: isoOrNull(live.startedAt),
    attempt_started_at: isoOrNull(live.claimedAt ?? live.startedAt),
    heartbeat_at: isoOrNull(live.heartbeatAt),
    ended_at: isoOrNull(live.endedAt),
  }
}

/**
 * Text of a history row: the step and the time (Unix seconds), then the values. Rows of the W&B client are indexed by line and
 * have their step as a value.
 */
export const historyRowText = (
  row: {
    index: number
    at: UnixMs
    values: { readonly [name: string]: Json }
    low?: { readonly [name: string]: number }
    high?: { readonly [name: string]: number }
  },
  /** Adds `_index` where the step is another number. */
  withIndex = false,
): string => {
  const { _step, _timestamp, ...values } = row.values
  const step = numberOf(_step) ?? row.index
  // The W&B client's to the microsecond; `at` has milliseconds.
  const logged = numberOf(_timestamp)
  const time = logged !== undefined && Number.isFinite(logged) ? logged : row.at / 1000
  const ends = {
    ...(row.low && { _low: row.low }),
    ...(row.high && { _high: row.high }),
    ...(withIndex && step !== row.index && { _index: row.index }),
  }
  return stringifyJson({ _step: step, _timestamp: time, ...values, ...ends }, { nonFinite: 'string' })
}

export const projectBody = (project: ProjectRecord): ProjectBody => ({
  entity: project.entity,
  name: project.project,
  created_at: iso(project.createdAt),
})

export const entityBody = (
  { entity, createdAt }: Pick<EntityRecord, 'entity'> & Partial<EntityRecord>,
  operator: string,
): EntityBody => ({ name: entity, operator: entity === operator, created_at: isoOrNull(createdAt) })

export const keyBody = (key: KeyRecord): KeyBody => ({
  id: key.id,
  name: key.name,
  entity: key.entity,
  scope: key.scope ?? 'admin',
  created_at: iso(key.createdAt),
  expires_at: isoOrNull(key.expiresAt),
  last_used_at: isoOrNull(key.lastUsedAt),
  requests_per_minute: key.requestsPerMinute ?? null,
})

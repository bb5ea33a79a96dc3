import type { RunCreate } from '@chimney/core/schema/api/runs'
import { stringifyJson } from '@chimney/core/schema/json'
import { runPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { NO_PROGRESS } from '@chimney/core/sweep/observe'
import type * as z from 'zod'
import type { Deps } from '../../deps.ts'
import { displayName } from '../../display-name.ts'
import { hashOf, idFromText, isTrialRunId } from '../../ids.ts'
import { reusedKey } from '../../reused-key.ts'
import type { RunLive, RunRecord } from '../../store/runs.ts'

export interface CreateRun {
  readonly entity: string
  readonly project: string
  readonly body: z.output<typeof RunCreate>
  /** Opaque; scoped to the caller. The same key and body return the same run. */
  readonly idempotencyKey?: string
  /** A sweep that the run joins without a trial number, see {@link joinSweep}. */
  readonly sweep?: string
  /** See {@link RunRecord.extra}. */
  readonly extra?: string
}

const TRIES = 5

/** Creates a run without a trial. It is running, under attempt 1. */
export async function createRun(
  deps: Pick<Deps, 'store' | 'clock' | 'settings' | 'randomId'>,
  input: CreateRun,
): Promise<{ record: RunRecord; live: RunLive; created: boolean }> {
  const { entity, project, body, idempotencyKey, sweep, extra } = input
  if (body.id !== undefined) await refuseTrialId(deps, body.id)
  const requestHash = hashOf(`${entity}/${project}\n${stringifyJson(JSON.parse(JSON.stringify(body)))}`)
  const now = deps.clock.now()
  const startedAt = body.started_at === undefined ? now : Date.parse(body.started_at)
  for (let salt = 0; salt < TRIES; salt++) {
    const run =
      body.id ??
      (idempotencyKey === undefined ? deps.randomId(8) : idFromText(`run:${salt}:${idempotencyKey}`, 8))
    const key = { entity, project, run }
    const record: RunRecord = {
      key,
      displayName: body.name ?? displayName(run),
      config: stringifyJson(body.config),
      tags: body.tags,
      ...(body.notes !== undefined && { notes: body.notes }),
      ...(body.group !== undefined && { group: body.group }),
      ...(body.job_type !== undefined && { jobType: body.job_type }),
      ...(sweep !== undefined && { sweep }),
      ...(extra !== undefined && { extra }),
      createdAt: startedAt,
      rev: 1,
      ...(idempotencyKey !== undefined && { requestHash }),
    }
    const live: RunLive = {
      key,
      ...(sweep !== undefined && { sweep }),
      state: 'running',
      attempt: 1,
      lost: 0,
      leaseUntil: now + deps.settings.leaseSeconds * 1000,
      startedAt,
      heartbeatAt: now,
      summary: '{}',
      ...NO_PROGRESS,
      rev: 1,
    }
    await deps.store.ensureProject({ entity, project }, now)
    if (await deps.store.createRun(record, live)) return { record, live, created: true }
    const existing = await deps.store.getRun(key)
    if (existing && idempotencyKey !== undefined) {
      if (existing.record.requestHash === requestHash) return { ...existing, created: false }
      if (body.id === undefined) throw reusedKey(runPath(key))
    }
    if (body.id !== undefined)
      throw new Problem('conflict', 'run-exists', `run ${runPath(key)} exists; choose another id, or omit it`)
  }
  throw new Problem('retryable', 'no-free-id', 'no free run id was found; send the request again', {
    retryAfter: 1,
  })
}

/** Refuses the id of an existing sweep followed by a number. Other ids such as `baseline-1` are allowed. */
async function refuseTrialId(deps: Pick<Deps, 'store'>, id: string): Promise<void> {
  if (!isTrialRunId(id) || !(await deps.store.findSweep(id.slice(0, 8)))) return
  throw new Problem(
    'invalid',
    'reserved-run-id',
    `run id ${id} is reserved for a trial of sweep ${id.slice(0, 8)}; choose another id`,
    {
      issues: [
        {
          path: 'id',
          message: 'a sweep id, a dash and a number are reserved for the trials of that sweep',
          fix: 'omit id, or choose another',
        },
      ],
    },
  )
}

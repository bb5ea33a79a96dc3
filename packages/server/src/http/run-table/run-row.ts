import type { RunRow } from '@chimney/core/schema/api/run-table'
import { type Json, parseJson, stringifyJson } from '@chimney/core/schema/json'
import type { RunLive, RunRecord } from '../../store/runs.ts'
import { iso } from '../responses/bodies.ts'

/** Longer values, such as histograms and tables, are no cells of a table. */
const MAX_CHARACTERS = 200

type JsonObject = { [key: string]: Json }

export function runRow(record: RunRecord, live: RunLive): RunRow {
  return {
    id: record.key.run,
    name: record.displayName,
    state: live.state,
    sweep: record.sweep ?? null,
    number: record.number ?? null,
    config: shortValues(parseJson(record.config, { exact: true }) as JsonObject),
    summary: shortValues(parseJson(live.summary) as JsonObject),
    tags: [...record.tags],
    notes: record.notes ?? null,
    group: record.group ?? null,
    job_type: record.jobType ?? null,
    agent: live.agent ?? null,
    reason: live.reason ?? null,
    created_at: iso(record.createdAt),
    started_at: live.startedAt === undefined ? null : iso(live.startedAt),
    ended_at: live.endedAt === undefined ? null : iso(live.endedAt),
  }
}

/** Nested objects are judged by their parts: a config of many short values is kept. */
function shortValues(values: JsonObject): JsonObject {
  const kept: JsonObject = {}
  for (const [name, value] of Object.entries(values)) {
    if (isPlainObject(value)) {
      const inner = shortValues(value)
      if (Object.keys(inner).length > 0) kept[name] = inner
    } else if (typeof value === 'number' || typeof value === 'boolean' || value === null) kept[name] = value
    else if (stringifyJson(value).length <= MAX_CHARACTERS) kept[name] = value
  }
  return kept
}

const isPlainObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

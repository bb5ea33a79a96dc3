import type { RungCount, TrialCurve } from '@chimney/core/schema/api/curves'
import type { Diagnosis } from '@chimney/core/schema/api/diagnosis'
import type { SweepEvents } from '@chimney/core/schema/api/events'
import type { RunFileBody } from '@chimney/core/schema/api/files'
import type { KeyBody, KeyCreate, Viewer } from '@chimney/core/schema/api/keys'
import type { ProjectBody } from '@chimney/core/schema/api/projects'
import type { RunRow } from '@chimney/core/schema/api/run-table'
import type { RunBody, RunPatch } from '@chimney/core/schema/api/runs'
import type { SweepBody, SweepPatch } from '@chimney/core/schema/api/sweeps'
import type { Latest, Requeued, TrialBody } from '@chimney/core/schema/api/trials'
import { ApiError, request } from './request.ts'

export interface Page<T> {
  readonly items: readonly T[]
  readonly next_cursor?: string
}
export type HistoryRow = {
  readonly _step: number
  readonly _timestamp: number
  readonly [name: string]: unknown
}
export type Series = 'metrics' | 'system' | 'console'

export const v1 = (...parts: readonly string[]) => `/v1/${parts.map(encodeURIComponent).join('/')}`
export const withQuery = (path: string, query: Readonly<Record<string, string | number | undefined>>) => {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given as [string, string][])}`
}

type KeyCreated = KeyBody & { readonly key: string }
interface ParameterImportance {
  readonly trials: number
  readonly parameters: readonly {
    readonly parameter: string
    readonly correlation: number | null
    readonly importance: number
  }[]
}

export interface SweepAt {
  readonly entity: string
  readonly project: string
  readonly sweep: string
}
export interface RunAt {
  readonly entity: string
  readonly project: string
  readonly run: string
}
const sweepPath = (at: SweepAt, ...more: string[]) => v1(at.entity, at.project, 'sweeps', at.sweep, ...more)
export const runPath = (at: RunAt, ...more: string[]) => v1(at.entity, at.project, 'runs', at.run, ...more)

export const getViewer = () => request<Viewer>('/v1/viewer')
export const signIn = (key: string) =>
  request<{ entity: string }>('/login', { method: 'POST', body: { key } })
export const signOut = () => request<void>('/logout', { method: 'POST' })

export const listKeys = async () => (await request<Page<KeyBody>>('/v1/keys')).items
export const createKey = (body: KeyCreate) => request<KeyCreated>('/v1/keys', { method: 'POST', body })
export const revokeKey = (id: string) => request<void>(v1('keys', id), { method: 'DELETE' })

export const listProjects = (entity: string, cursor?: string) =>
  request<Page<ProjectBody>>(withQuery(v1(entity, 'projects'), { limit: 100, cursor }))
export const listSweeps = (entity: string, project: string, cursor?: string) =>
  request<Page<SweepBody>>(withQuery(v1(entity, project, 'sweeps'), { limit: 50, cursor }))
export const listRuns = (entity: string, project: string, cursor?: string) =>
  request<Page<RunBody>>(withQuery(v1(entity, project, 'runs'), { limit: 100, cursor }))
/** All runs of a project, newest first. */
export async function getRunTable(entity: string, project: string): Promise<readonly RunRow[]> {
  const rows: RunRow[] = []
  let cursor: string | undefined
  do {
    const page: Page<RunRow> = await request(withQuery(v1(entity, project, 'run-table'), { cursor }))
    rows.push(...page.items)
    cursor = page.next_cursor
  } while (cursor !== undefined)
  return rows.reverse()
}

export const createSweep = (entity: string, project: string, yaml: string) =>
  request<{ id: string; warnings: readonly string[] }>(v1(entity, project, 'sweeps'), {
    method: 'POST',
    yaml,
  })
export const getSweep = (at: SweepAt) => request<SweepBody>(sweepPath(at))
export const updateSweep = (at: SweepAt, patch: SweepPatch) =>
  request<SweepBody>(sweepPath(at), { method: 'PATCH', body: patch })
export const voidTrial = (at: SweepAt, number: number, reason: string | undefined) =>
  request<TrialBody>(sweepPath(at, 'trials', String(number), 'void'), {
    method: 'POST',
    body: reason === undefined ? {} : { reason },
  })
export const requeueTrial = (at: SweepAt, number: number) =>
  request<TrialBody>(sweepPath(at, 'trials', String(number), 'requeue'), { method: 'POST' })
/** Queues all trials again that ended in these states; returns how many. */
export async function requeueTrials(at: SweepAt, states: string): Promise<number> {
  for (let count = 0; ; ) {
    const path = withQuery(sweepPath(at, 'trials', 'requeue'), { state: states })
    const { items, more } = await request<Requeued>(path, { method: 'POST' })
    count += items.length
    if (!more || items.length === 0) return count
  }
}
export const listTrials = (at: SweepAt, limit: number) =>
  request<Page<TrialBody>>(withQuery(sweepPath(at, 'trials'), { limit }))
/** The trial with this number; undefined when there is none. */
export const getTrial = async (at: SweepAt, number: number) =>
  (
    await request<Page<TrialBody>>(withQuery(sweepPath(at, 'trials'), { limit: 1, cursor: number - 1 }))
  ).items.find((trial) => trial.number === number)
export const enqueue = (at: SweepAt, params: Readonly<Record<string, unknown>>) =>
  request<{ number: number; run: string }>(sweepPath(at, 'enqueue'), { method: 'POST', body: { params } })
export const getShare = (at: SweepAt) => request<{ created_at: string | null }>(sweepPath(at, 'share'))
export const createShare = (at: SweepAt) =>
  request<{ url: string; created_at: string }>(sweepPath(at, 'share'), { method: 'POST' })
export const revokeShare = (at: SweepAt) => request<void>(sweepPath(at, 'share'), { method: 'DELETE' })
export const getDiagnosis = (at: SweepAt) => request<Diagnosis>(sweepPath(at, 'diagnosis'))
/** Of one of several metrics; `numbers`: a bitmap of trial numbers in base64url. */
export const getImportance = (at: SweepAt, metric?: string, numbers?: string) =>
  request<ParameterImportance>(withQuery(sweepPath(at, 'importance'), { metric, numbers }))
export type Curve = TrialCurve
/** Of the trials of a block of 50. */
export const getCurves = async (at: SweepAt, metric: string, block: number) =>
  (await request<Page<TrialCurve>>(withQuery(sweepPath(at, 'curves'), { metric, block }))).items
export const getRungs = async (at: SweepAt) => (await request<Page<RungCount>>(sweepPath(at, 'rungs'))).items
/** Latest values of the given runs; runs that are not running are left out. */
export const getLatestValues = (at: SweepAt, runs: readonly string[]) =>
  request<Latest>(withQuery(sweepPath(at, 'latest'), { runs: runs.join(',') }))
export const eventsPath = (at: SweepAt, since: string | undefined) =>
  withQuery(sweepPath(at, 'events'), { since })
/** `streams` is false when the service sits behind a gateway that buffers responses, which it says by `Retry-After`. */
export async function getEvents(at: SweepAt, since: string | undefined, signal: AbortSignal) {
  let streams = true
  const onHeaders = (headers: Headers) => {
    streams = !headers.has('Retry-After')
  }
  const events = await request<SweepEvents>(eventsPath(at, since), { signal, onHeaders })
  return { ...events, streams }
}

export const getRun = (at: RunAt) => request<RunBody>(runPath(at))
export const updateRun = (at: RunAt, patch: RunPatch) =>
  request<RunBody>(runPath(at), { method: 'PATCH', body: patch })

export const deleteRun = (at: RunAt) => request<void>(runPath(at), { method: 'DELETE' })
export const deleteSweep = (at: SweepAt) => deleteInSteps(sweepPath(at))
export const deleteProject = (entity: string, project: string) =>
  deleteInSteps(v1(entity, 'projects', project))
/** A large deletion continues when the request is sent again. */
export async function deleteInSteps(path: string): Promise<void> {
  for (;;) {
    try {
      return await request<void>(path, { method: 'DELETE' })
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'deletion-continues')) throw error
    }
  }
}

export const listFiles = async (at: RunAt) => (await request<Page<RunFileBody>>(runPath(at, 'files'))).items

/**
 * A series downsampled to about `samples` rows; `_low` and `_high` are the min and max of the rows that a sample replaces. `from` and
 * `to` are indices of rows, both included.
 */
export const getHistory = async (
  at: RunAt,
  series: Series,
  samples: number,
  range: { readonly from?: number; readonly to?: number; readonly keys?: string } = {},
) =>
  (
    await request<Page<HistoryRow>>(
      withQuery(runPath(at, 'metrics'), { series, samples, bands: 'true', ...range }),
    )
  ).items
/** The last `count` rows of a series, from an index on. */
export const getLastRows = async (at: RunAt, series: Series, count: number, from?: number) =>
  (await request<Page<HistoryRow>>(withQuery(runPath(at, 'metrics'), { series, last: count, from }))).items

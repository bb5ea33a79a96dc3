import { type Json, parseJson, stringifyJson } from '@chimney/core/schema/json'
import type { RunKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { summarize } from '@chimney/core/sweep/observe'
import { globalId } from '../../global-id.ts'
import { isRunFileName, listRunFiles, runFileKey } from '../../runs/files/run-files.ts'
import { readRows } from '../../runs/history/read-rows.ts'
import { connectionOf, type PageArgs } from '../graphql/connection.ts'
import { internalIdOf, timeOf } from '../graphql/context.ts'
import { clientConfig } from '../runs/run-config.ts'
import { readExtra } from '../runs/run-extra.ts'
import {
  type HistoryRange,
  historyKeys,
  historyRows,
  rowText,
  sampledHistory,
  systemRows,
  tailOf,
} from '../runs/run-history.ts'
import type { RunView } from '../runs/run-view.ts'
import { sharedCount } from '../runs/shared-run.ts'
import { parseConsoleLine } from '../stream/console-line.ts'
import { runWord } from '../words.ts'
import { runFileObject } from './file-object.ts'
import type { ObjectContext } from './links.ts'
import { logged, used } from './run-artifacts.ts'
import { userObject } from './viewer-object.ts'

type JsonObject = { readonly [key: string]: Json }

export const runId = (key: RunKey): string => globalId('Run', key.entity, key.project, key.run)

interface FilesArgs extends PageArgs {
  readonly names?: readonly (string | null)[] | null
  readonly pattern?: string | null
}
interface LinesArgs extends PageArgs {
  readonly last?: number | null
}

/** GraphQL `Run`. Fields that need another read are functions, executed only when selected. */
export function runObject(ctx: ObjectContext, { record, live }: RunView) {
  const { deps } = ctx
  const { key } = record
  const extra = readExtra(record)
  const values = () => parseJson(record.config, { exact: true }) as JsonObject
  const ended = isEnd(live.state)
  const stopped = live.stop !== undefined
  const { startedAt } = live
  const lines = async (series: 'metrics' | 'system' | 'console') => {
    const { count } = await tailOf(deps, key, series, startedAt)
    return extra.writers ? sharedCount(count) : count
  }
  return {
    id: runId(key),
    projectId: internalIdOf(key),
    name: key.run,
    displayName: record.displayName,
    state: runWord(live),
    sweepName: record.sweep ?? null,
    tags: record.tags,
    group: record.group ?? null,
    groupName: record.group ?? null,
    jobType: record.jobType ?? null,
    commit: extra.commit ?? null,
    host: extra.host ?? null,
    program: extra.program ?? null,
    jobProgram: extra.program ?? null,
    jobRepo: extra.repo ?? null,
    description: extra.description ?? null,
    notes: record.notes ?? null,
    readOnly: false,
    createdAt: timeOf(record.createdAt),
    updatedAt: timeOf(live.heartbeatAt ?? record.createdAt),
    heartbeatAt: timeOf(live.heartbeatAt ?? record.createdAt),
    computeSeconds:
      startedAt === undefined
        ? 0
        : Math.round(((live.endedAt ?? live.heartbeatAt ?? startedAt) - startedAt) / 1000),
    user: () => userObject(ctx),
    config: () => stringifyJson(clientConfig(values(), extra.wandb)),
    summaryMetrics: () => summaryText(ctx, { record, live }),
    systemMetrics: async () => {
      const last = (await readRows(deps, key, 'system')).at(-1)
      return last ? stringifyJson(last.values) : '{}'
    },
    wandbConfig: ({ keys }: { keys?: readonly string[] | null }) => {
      if (!extra.wandb) return null
      const chosen = Object.entries(extra.wandb).filter(([name]) => !keys || keys.includes(name))
      return stringifyJson(Object.fromEntries(chosen))
    },
    historyKeys: () => historyKeys(deps, key),
    historyLineCount: () => lines('metrics'),
    eventsLineCount: () => lines('system'),
    logLineCount: () => lines('console'),
    historyTail: async () => (await tailOf(deps, key, 'metrics', startedAt)).tail,
    eventsTail: async () => (await tailOf(deps, key, 'system', startedAt)).tail,
    history: async (range: HistoryRange) =>
      (await historyRows(deps, { record, live }, range)).map((row) => rowText(row, startedAt)),
    events: async ({ samples }: { samples?: number | null }) =>
      (await systemRows(deps, key, samples)).map((row) => rowText(row, startedAt)),
    sampledHistory: ({ specs }: { specs: readonly string[] }) =>
      sampledHistory(deps, { record, live }, specs),
    parquetHistory: () => ({ parquetUrls: [], liveData: [] }),
    fileCount: async () => (await listRunFiles(deps, key, {})).length,
    files: (args: FilesArgs) => filesOf(ctx, key, args),
    logLines: (args: LinesArgs) => logLines(ctx, key, args),
    exitcode: live.exitCode ?? null,
    stopped: stopped && ended,
    shouldStop: stopped && !ended,
    failed: live.state === 'failed' || live.state === 'crashed',
    running: live.state === 'running',
    project: () => ctx.links.project(ctx, key),
    sweep: async () => {
      const sweep =
        record.sweep === undefined ? undefined : await deps.store.getSweep({ ...key, sweep: record.sweep })
      return sweep ? ctx.links.sweep(ctx, sweep) : null
    },
    outputArtifacts: (args: PageArgs) => logged(ctx, key, args),
    inputArtifacts: (args: PageArgs) => used(ctx, key, args),
  }
}

/** A new attempt starts with an empty summary; until its first row, the summary of the earlier rows is returned. */
async function summaryText(ctx: ObjectContext, { record, live }: RunView): Promise<string> {
  if (live.summary !== '{}' || live.attempt < 2) return live.summary
  const rows = await readRows(ctx.deps, record.key, 'metrics')
  return stringifyJson(summarize({}, rows, -1))
}

async function filesOf(ctx: ObjectContext, key: RunKey, { names, pattern, ...page }: FilesArgs) {
  const asked = names?.filter((name) => typeof name === 'string')
  const wanted = asked?.filter(isRunFileName)
  // All names are invalid: an empty list would mean all files.
  if (asked && asked.length > 0 && wanted?.length === 0)
    return { ...connectionOf([], page, String, String), uploadHeaders: [] }
  const files = await listRunFiles(ctx.deps, key, { names: wanted, pattern })
  // Clients expect an object for a requested name that does not exist; those up to 0.15 upload to its URL.
  const missing = (wanted ?? []).filter((name) => !pattern && !files.some((file) => file.name === name))
  const all = [
    ...files,
    ...missing.map((name) => ({ name, key: runFileKey(key, name), size: 0, updatedAt: 0 })),
  ]
  const connection = connectionOf(
    all,
    page,
    (file) => file.name,
    (file) => runFileObject(ctx, key, file),
  )
  return { ...connection, uploadHeaders: [] }
}

async function logLines(ctx: ObjectContext, key: RunKey, { last, ...page }: LinesArgs) {
  const all = await readRows(ctx.deps, key, 'console')
  const rows = last == null ? all : all.slice(-Math.max(1, last))
  return connectionOf(
    rows,
    page,
    (row) => String(row.index),
    (row) => {
      const { level, timestamp, text } = parseConsoleLine(
        typeof row.values.line === 'string' ? row.values.line : '',
      )
      return { number: row.index, timestamp, level, label: null, line: text }
    },
  )
}

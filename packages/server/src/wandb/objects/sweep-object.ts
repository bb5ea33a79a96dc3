import { type Json, stringifyJson } from '@chimney/core/schema/json'
import type { ProjectKey, SweepKey } from '@chimney/core/schema/names'
import { metricOf } from '@chimney/core/schema/sweep-config'
import { globalId } from '../../global-id.ts'
import type { LoadedSweep } from '../../sweeps/load-sweep.ts'
import { connectionOf, type PageArgs } from '../graphql/connection.ts'
import { findSweepKey, timeOf } from '../graphql/context.ts'
import { parseFilter } from '../runs/run-filter.ts'
import { priorRunsOf, runsOfSweep } from '../runs/run-view.ts'
import { sweepWord } from '../words.ts'
import { agentObject } from './agent-object.ts'
import type { ObjectContext } from './links.ts'
import { runObject } from './run-object.ts'

export const sweepId = (key: SweepKey): string => globalId('Sweep', key.entity, key.project, key.sweep)

export async function findSweep(
  ctx: ObjectContext,
  entity: string | null | undefined,
  project: string | null | undefined,
  sweep: string,
): Promise<LoadedSweep | undefined> {
  const key = await findSweepKey(ctx, entity, project, sweep)
  return key && ctx.deps.store.getSweep(key)
}

/** Bounds the response. The agent and the command line read only the configs of these runs. */
const MAX_RUNS = 100

const GOALS = /\bgoal["']?\s*:\s*["']?([^"'\s,}]*)/g

/**
 * The text of the config. `best_run()` of the client sorts upwards only for the word `minimize`, so a config that has another word is
 * shown as it was read.
 */
function configOf({ source, config }: LoadedSweep['record']): string {
  const other = [...source.matchAll(GOALS)].some(([, word]) => word !== 'minimize' && word !== 'maximize')
  return other ? stringifyJson(config as unknown as Json) : source
}

/** GraphQL `Sweep`. */
export function sweepObject(ctx: ObjectContext, { record, head }: LoadedSweep) {
  const { key, config } = record
  const agents = () => ctx.deps.store.listAgents(key)
  return {
    __typename: 'Sweep',
    id: sweepId(key),
    name: key.sweep,
    displayName: record.displayName ?? null,
    method: config.method,
    state: sweepWord(head),
    description: record.description ?? null,
    config: configOf(record),
    bestLoss: head.best && metricOf(config) ? head.best.value : null,
    createdAt: timeOf(record.createdAt),
    updatedAt: timeOf(Math.max(record.createdAt, head.updatedAt)),
    heartbeatAt: timeOf(head.updatedAt),
    runCount: head.taken + (record.joined?.length ?? 0),
    // The client expects none of a method that draws points, also of a finite space.
    runCountExpected: config.method === 'grid' ? (head.limit ?? null) : (config.run_cap ?? null),
    earlyStopJobRunning: false,
    controller: null,
    scheduler: null,
    project: () => ctx.links.project(ctx, key),
    runs: async (page: PageArgs) => {
      const runs = await runsOfSweep(ctx.deps, key, key.sweep)
      return connectionOf(
        runs,
        { ...page, first: Math.min(page.first ?? MAX_RUNS, MAX_RUNS) },
        ({ record }) => record.key.run,
        (view) => runObject(ctx, view),
      )
    },
    priorRuns: async (page: PageArgs) =>
      connectionOf(
        await priorRunsOf(ctx.deps, key, record),
        page,
        ({ record }) => record.key.run,
        (view) => runObject(ctx, view),
      ),
    agents: async (page: PageArgs) =>
      connectionOf(
        (await agents()).toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)),
        page,
        (agent) => agent.id,
        (agent) => agentObject(ctx, agent),
      ),
    agent: async ({ agentName }: { agentName?: string | null }) => {
      const found = (await agents()).find(
        (agent) => agent.id === agentName || agentObject(ctx, agent).id === agentName,
      )
      return found ? agentObject(ctx, found) : null
    },
  }
}

const PAGE = 1000

/** The sweeps of a project, newest first. */
export async function sweepsOfProject(
  ctx: ObjectContext,
  key: ProjectKey,
  { filters, ...page }: PageArgs & { filters?: string | null },
) {
  const all: LoadedSweep[] = []
  let cursor: string | undefined
  do {
    const found = await ctx.deps.store.listSweeps(key, { limit: PAGE, cursor })
    all.push(...found.items)
    cursor = found.cursor
  } while (cursor !== undefined)
  const filter = parseFilter(filters)
  const sweeps = all.filter((sweep) => filter((name) => fieldOf(sweep, name)))
  return connectionOf(
    sweeps,
    page,
    ({ record }) => record.key.sweep,
    (sweep) => sweepObject(ctx, sweep),
  )
}

function fieldOf({ record, head }: LoadedSweep, name: string) {
  switch (name) {
    case 'name':
      return record.key.sweep
    case 'displayName':
    case 'display_name':
      return record.displayName
    case 'state':
      return sweepWord(head)
    case 'method':
      return record.config.method
    case 'createdAt':
    case 'created_at':
      return new Date(record.createdAt).toISOString()
    default:
      return undefined
  }
}

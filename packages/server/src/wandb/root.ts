import { Project, type RunKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { deleteRun } from '../runs/lifecycle/delete-run.ts'
import { finishRun } from '../runs/lifecycle/finish-run.ts'
import { stopRun } from '../runs/lifecycle/stop-run.ts'
import { runNotFound } from '../runs/live/change-live.ts'
import { artifactMutations, clientIdMapping } from './artifacts/artifact-mutations.ts'
import { artifactById } from './artifacts/artifacts.ts'
import { deleteRunFiles, runFileKey, uploadUrl } from './files/run-files.ts'
import { connectionOf, type PageArgs } from './graphql/connection.ts'
import { partsOf } from './graphql/global-id.ts'
import { deleteApiKey, generateApiKey } from './graphql/key-messages.ts'
import { type DoorRequest, ownEntity, projectKeyOf, runKeyOf } from './graphql/request.ts'
import { guarded } from './graphql/scopes.ts'
import { agentId, agentObject } from './objects/agent-object.ts'
import { artifactObject } from './objects/artifact-object.ts'
import { collectionById } from './objects/collection-object.ts'
import { projectObject } from './objects/project-object.ts'
import { runId, runObject } from './objects/run-object.ts'
import { sweepObject } from './objects/sweep-object.ts'
import { entityObject, serverInfo, userObject } from './objects/viewer-object.ts'
import { type RewindRun, rewindRun } from './runs/rewind-run.ts'
import { firstLine, type UpsertRun, upsertRun } from './runs/upsert-run.ts'
import {
  type AgentHeartbeat,
  agentHeartbeat,
  type CreateAgent,
  createAgent,
} from './sweeps/agent-messages.ts'
import {
  type EnqueueSweepRun,
  enqueueSweepRun,
  type UpsertSweep,
  upsertSweep,
} from './sweeps/upsert-sweep.ts'

interface Named {
  readonly name?: string | null
  readonly entityName?: string | null
}
type Input<T> = { readonly input: T }

/** What queries and mutations begin with; one object per request. */
export function rootOf(door: DoorRequest) {
  return { ...queries(door), ...guarded(door.caller, mutations(door)) }
}

function queries(door: DoorRequest) {
  const { store } = door.deps
  /** Null for a project that does not exist. */
  const project = async ({ name, entityName }: Named) => {
    const key = projectKeyOf(door, entityName, name)
    const record = await store.getProject(key)
    return record ? projectObject(door, key, record) : null
  }
  return {
    viewer: () => userObject(door),
    serverInfo,
    // Sweeps are found by their id alone: agents ask without a project.
    project: async (args: Named) =>
      args.name ? project(args) : projectObject(door, projectKeyOf(door, args.entityName, null)),
    model: project,
    models: async ({ entityName, ...page }: PageArgs & { entityName?: string | null }) => {
      const { entity } = projectKeyOf(door, entityName, null)
      const projects = []
      let cursor: string | undefined
      do {
        const found = await store.listProjects(entity, { limit: 1000, cursor })
        projects.push(...found.items)
        cursor = found.cursor
      } while (cursor !== undefined)
      return connectionOf(
        projects,
        page,
        (record) => record.project,
        (record) => projectObject(door, record, record),
      )
    },
    entity: ({ name }: { name?: string | null }) =>
      name && name !== door.caller.entity ? null : entityObject(door.caller.entity),
    organization: () => null,
    artifact: async ({ id }: { id?: string | null }) =>
      id ? artifactObject(door, await artifactById(door, id)) : null,
    artifactCollection: ({ id }: { id?: string | null }) => (id ? collectionById(door, id) : null),
    clientIDMapping: ({ clientID }: { clientID?: string | null }) =>
      clientID ? clientIdMapping(door, clientID) : null,
    users: ({ query }: { query?: string | null }) => ({
      edges: query === door.caller.entity ? [{ node: userObject(door) }] : [],
    }),
  }
}

function mutations(door: DoorRequest) {
  const { deps } = door
  return {
    upsertBucket: async ({ input }: Input<UpsertRun>) => {
      const { inserted, ...run } = await upsertRun(door, input)
      // Lines are addressed by number, and the client begins at the one that it is told here.
      const bucket = { ...runObject(door, run), historyLineCount: firstLine(run, input.config) }
      return { inserted, bucket, serverSettings: { serverMessages: [] } }
    },
    upsertSweep: async ({ input }: Input<UpsertSweep>) => {
      const { warnings, ...sweep } = await upsertSweep(door, input)
      return { sweep: sweepObject(door, sweep), configValidationWarnings: warnings }
    },
    enqueueSweepRun: ({ input }: Input<EnqueueSweepRun>) => enqueueSweepRun(door, input),
    createAgent: async ({ input }: Input<CreateAgent>) => ({
      agent: agentObject(door, await createAgent(door, input)),
    }),
    agentHeartbeat: async ({ input }: Input<AgentHeartbeat>) => {
      const commands = await agentHeartbeat(door, input)
      const [entity, project, sweep, id] = partsOf('Agent', 4, input.id) as [string, string, string, string]
      return { agent: { id: agentId({ key: { entity, project, sweep }, id }), name: id }, commands }
    },
    upsertModel: async ({
      input,
    }: Input<{ name: string; entityName?: string | null; id?: string | null }>) => {
      const parsed = Project.safeParse(input.name)
      if (!parsed.success)
        throw new Problem('invalid', 'invalid-name', parsed.error.issues[0]?.message ?? 'not a project name')
      const key = projectKeyOf(door, input.entityName, input.name)
      const inserted = await deps.store.ensureProject(key, deps.clock.now())
      const object = projectObject(door, key)
      return { project: object, model: object, inserted }
    },
    createRunFiles: async ({ input }: Input<CreateRunFiles>) => {
      const key = runKeyOf(door, input.entityName, input.projectName, input.runName)
      if (!(await deps.store.getLive(key))) throw runNotFound(key)
      const files = await Promise.all(input.files.map((name) => uploadOf(door, key, name)))
      return { runID: runId(key), uploadHeaders: [], files }
    },
    // Files are listed from where they are kept, so there is nothing to note.
    markRunFilesUploaded: () => ({ success: true }),
    rewindRun: async ({ input }: Input<RewindRun>) => {
      const { lines, ...run } = await rewindRun(door, input)
      return { rewoundRun: { ...runObject(door, run), historyLineCount: lines } }
    },
    deleteRun: async ({ input }: Input<{ id: string }>) => {
      const key = ownRun(door, input.id)
      await deleteRun(deps, key)
      await deleteRunFiles(deps, key)
      return { clientMutationId: null }
    },
    stopRun: async ({ input }: Input<{ id: string }>) => {
      const key = ownRun(door, input.id)
      if (!(await stopRun(deps, key, 'a person stopped the run'))) throw runNotFound(key)
      return { success: true, clientMutationId: null }
    },
    updateRunState: async ({ input }: Input<{ id: string; state: string }>) => {
      const key = ownRun(door, input.id)
      const live = await deps.store.getLive(key)
      if (!live) throw runNotFound(key)
      if (input.state !== 'failed' || live.number !== undefined || live.state !== 'running')
        throw new Problem(
          'invalid',
          'wrong-state',
          `invalid state transition: run ${key.run} is ${live.state} and cannot become ${input.state}`,
        )
      await finishRun(deps, key, { state: 'failed', reason: 'a person ended the run' })
      return { success: true }
    },
    deleteFiles: async ({ input }: Input<{ files: readonly string[] }>) => {
      for (const id of input.files) {
        const [entity, project, run, name] = partsOf('File', 4, id) as [string, string, string, string]
        ownEntity(door, entity)
        await deps.files.delete(runFileKey({ entity, project, run }, name))
      }
      return { success: true }
    },
    generateApiKey: ({ input }: Input<{ description?: string | null }>) =>
      generateApiKey(door, input.description),
    deleteApiKey: ({ input }: Input<{ id: string }>) => deleteApiKey(door, input.id),
    ...artifactMutations(door),
    // There is nobody to notify; a script that alerts goes on.
    notifyScriptableRunAlert: () => ({ success: true }),
  }
}

/** Null for a file that cannot be kept under its name: the client leaves that one out, while an error would cost it the others. */
async function uploadOf(door: DoorRequest, run: RunKey, name: string) {
  try {
    return { name, uploadUrl: await uploadUrl(door, runFileKey(run, name)) }
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid-file-name') return { name, uploadUrl: null }
    throw error
  }
}

interface CreateRunFiles {
  readonly entityName?: string | null
  readonly projectName?: string | null
  readonly runName: string
  readonly files: readonly string[]
}

function ownRun(door: DoorRequest, id: string) {
  const [entity, project, run] = partsOf('Run', 3, id) as [string, string, string]
  ownEntity(door, entity)
  return { entity, project, run }
}

import type { RunKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { committed } from '../../artifacts/artifacts.ts'
import { deleteVersion } from '../../artifacts/memberships.ts'
import { partsOf } from '../../global-id.ts'
import { ownEntity } from '../../own-entity.ts'
import { keepFileName, runFileKey } from '../../runs/files/run-files.ts'
import { deleteRun } from '../../runs/lifecycle/delete-run.ts'
import { finishRun } from '../../runs/lifecycle/finish-run.ts'
import { stopRun } from '../../runs/lifecycle/stop-run.ts'
import { runNotFound } from '../../runs/live/change-live.ts'
import type { RunAlert } from '../../store/runs.ts'
import { uploadUrl } from '../files/upload-url.ts'
import { runKeyOf, type WandbContext } from '../graphql/context.ts'
import { agentId, agentObject } from '../objects/agent-object.ts'
import type { ObjectContext } from '../objects/links.ts'
import { runId, runObject } from '../objects/run-object.ts'
import { sweepObject } from '../objects/sweep-object.ts'
import { type RewindRun, rewindRun } from '../runs/rewind-run.ts'
import { firstLine, type UpsertRun, upsertRun } from '../runs/upsert-run.ts'
import {
  type AgentHeartbeat,
  agentHeartbeat,
  type CreateAgent,
  createAgent,
} from '../sweeps/agent-messages.ts'
import {
  type EnqueueSweepRun,
  enqueueSweepRun,
  type UpsertSweep,
  upsertSweep,
} from '../sweeps/upsert-sweep.ts'
import { artifactMutations } from './artifact-mutations.ts'
import { collectionMutations } from './collection-mutations.ts'
import { deleteApiKey, generateApiKey } from './key-mutations.ts'
import { projectMutations } from './project-mutations.ts'

type Input<T> = { readonly input: T }

/** Fields of the GraphQL type `Mutation`. */
export function mutations(ctx: ObjectContext) {
  const { deps } = ctx
  return {
    upsertBucket: async ({ input }: Input<UpsertRun>) => {
      const { inserted, ...run } = await upsertRun(ctx, input)
      // Lines are addressed by number; the client continues from this count.
      const bucket = { ...runObject(ctx, run), historyLineCount: firstLine(run, input.config) }
      return { inserted, bucket, serverSettings: { serverMessages: [] } }
    },
    upsertSweep: async ({ input }: Input<UpsertSweep>) => {
      const { warnings, ...sweep } = await upsertSweep(ctx, input)
      return { sweep: sweepObject(ctx, sweep), configValidationWarnings: warnings }
    },
    enqueueSweepRun: ({ input }: Input<EnqueueSweepRun>) => enqueueSweepRun(ctx, input),
    createAgent: async ({ input }: Input<CreateAgent>) => ({
      agent: agentObject(ctx, await createAgent(ctx, input)),
    }),
    agentHeartbeat: async ({ input }: Input<AgentHeartbeat>) => {
      const commands = await agentHeartbeat(ctx, input)
      const [entity, project, sweep, id] = partsOf('Agent', 4, input.id) as [string, string, string, string]
      return { agent: { id: agentId({ key: { entity, project, sweep }, id }), name: id }, commands }
    },
    createRunFiles: async ({ input }: Input<CreateRunFiles>) => {
      const key = runKeyOf(ctx, input.entityName, input.projectName, input.runName)
      if (!(await deps.store.getLive(key))) throw runNotFound(key)
      const files = await Promise.all(input.files.map((name) => uploadOf(ctx, key, name)))
      return { runID: runId(key), uploadHeaders: [], files }
    },
    // Files are listed from the file store, so an upload needs no record.
    markRunFilesUploaded: () => ({ success: true }),
    rewindRun: async ({ input }: Input<RewindRun>) => {
      const { lines, ...run } = await rewindRun(ctx, input)
      return { rewoundRun: { ...runObject(ctx, run), historyLineCount: lines } }
    },
    deleteRun: async ({ input }: Input<{ id: string; deleteArtifacts?: boolean | null }>) => {
      const key = ownRun(ctx, input.id)
      if (input.deleteArtifacts) await deleteLogged(ctx, key)
      await deleteRun(deps, key).catch(unlessGone)
      return { clientMutationId: null }
    },
    stopRun: async ({ input }: Input<{ id: string }>) => {
      const key = ownRun(ctx, input.id)
      if (!(await stopRun(deps, key, 'a person stopped the run'))) throw runNotFound(key)
      return { success: true, clientMutationId: null }
    },
    updateRunState: async ({ input }: Input<{ id: string; state: string }>) => {
      const key = ownRun(ctx, input.id)
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
        ownEntity(ctx, entity)
        await deps.files.delete(runFileKey({ entity, project, run }, name))
      }
      return { success: true }
    },
    generateApiKey: ({ input }: Input<{ description?: string | null }>) =>
      generateApiKey(ctx, input.description),
    deleteApiKey: ({ input }: Input<{ id: string }>) => deleteApiKey(ctx, input.id),
    ...artifactMutations(ctx),
    ...collectionMutations(ctx),
    ...projectMutations(ctx),
    notifyScriptableRunAlert: async ({ input }: Input<NotifyAlert>) => {
      const key = runKeyOf(ctx, input.entityName, input.projectName, input.runName ?? '')
      const { addAlert } = await import('../../runs/lifecycle/add-alert.ts')
      await addAlert(deps, key, {
        level: input.severity ?? 'INFO',
        title: input.title ?? '',
        text: input.text ?? '',
        waitMs: Number(input.waitDuration ?? 0),
      })
      return { success: true }
    },
  }
}

/** Null for an invalid name: the client skips that file, while an error would make it drop the whole batch. */
async function uploadOf(ctx: WandbContext, run: RunKey, name: string) {
  try {
    const url = await uploadUrl(ctx, runFileKey(run, name))
    await keepFileName(ctx.deps, run, name)
    return { name, uploadUrl: url }
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

interface NotifyAlert {
  readonly entityName?: string | null
  readonly projectName?: string | null
  readonly runName?: string | null
  readonly title?: string | null
  readonly text?: string | null
  readonly severity?: RunAlert['level'] | null
  /** Milliseconds in which an alert of the same title is not repeated. */
  readonly waitDuration?: number | string | null
}

/** The artifacts that a run created. */
async function deleteLogged(ctx: WandbContext, key: RunKey): Promise<void> {
  for (const artifact of (await committed(ctx, key)).filter(({ run }) => run === key.run))
    await deleteVersion(ctx, artifact)
}

/** Scripts delete the runs of a list that others may delete too. */
function unlessGone(error: unknown): void {
  if (!(error instanceof Problem && error.code === 'run-not-found')) throw error
}

function ownRun(ctx: WandbContext, id: string) {
  const [entity, project, run] = partsOf('Run', 3, id) as [string, string, string]
  ownEntity(ctx, entity)
  return { entity, project, run }
}

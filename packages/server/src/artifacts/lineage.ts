import type { ProjectKey, RunKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { mapInParallel } from '../in-parallel.ts'
import type { Page, Paged } from '../store/page.ts'
import { type Artifact, presentArtifact } from './artifacts.ts'
import type { ArtifactContext } from './context.ts'
import { ensureIndexed, loggedPrefix, usedPrefix, usersPrefix } from './index-project.ts'

/** The versions that a run has logged, also those with the content of an earlier version. A page may be shorter than its limit. */
export const loggedBy = (ctx: ArtifactContext, run: RunKey, page: Page) =>
  listed(ctx, run, loggedPrefix(run.run), page)

/** What a run has used, also of other projects. */
export const usedBy = (ctx: ArtifactContext, run: RunKey, page: Page) =>
  listed(ctx, run, usedPrefix(run.run), page)

/** Those that documents name by their ids; deleted ones and drafts are left out. */
async function listed(
  ctx: ArtifactContext,
  run: RunKey,
  prefix: string,
  page: Page,
): Promise<Paged<Artifact>> {
  await ensureIndexed(ctx, run)
  const { items, cursor } = await ctx.deps.store.pageDocuments(projectOf(run), prefix, page)
  const found = await mapInParallel(items, ({ text }) => presentArtifact(ctx, text).catch(unlessUnreadable))
  const versions = found.filter((artifact) => artifact?.version !== undefined) as Artifact[]
  return { items: versions, ...(cursor !== undefined && { cursor }) }
}

/** Of an id that is none, or of another entity. */
function unlessUnreadable(error: unknown): undefined {
  if (error instanceof Problem && error.kind !== 'retryable' && error.kind !== 'misconfigured') return
  throw error
}

/** The runs that have used an artifact, also those of other projects; deleted ones are left out. */
export async function usersOf(ctx: ArtifactContext, artifact: Artifact, page: Page) {
  await ensureIndexed(ctx, artifact)
  const { store } = ctx.deps
  const { items, cursor } = await store.pageDocuments(projectOf(artifact), usersPrefix(artifact.uid), page)
  const keys = items.map(({ name }) => {
    const [, , project = '', run = ''] = name.split('/')
    return { entity: artifact.entity, project, run }
  })
  const runs = (await store.getRuns(keys)).filter((run) => run !== undefined)
  return { items: runs, ...(cursor !== undefined && { cursor }) }
}

const projectOf = ({ entity, project }: ProjectKey): ProjectKey => ({ entity, project })

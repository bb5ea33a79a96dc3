import type { ProjectKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { inParallel } from '../in-parallel.ts'
import type { DocumentRecord } from '../store/documents.ts'
import { artifactId, changeArtifact } from './artifacts.ts'
import { listCollections } from './collections.ts'
import type { ArtifactContext } from './context.ts'
import { membersOf } from './memberships.ts'
import { changeRegistry, type RegistrySettings, SETTINGS } from './registries.ts'
import { forgetReads } from './request-memo.ts'

/**
 * Moves a registry to another name: its documents are copied, its artifacts link to the copy, then the old documents and the old project
 * are deleted. Each step can be repeated, so that a repeated request completes one that was interrupted.
 */
export async function renameRegistry(
  ctx: ArtifactContext,
  entity: string,
  oldName: string,
  newName: string,
): Promise<void> {
  const { store } = ctx.deps
  const [before, after] = [oldName, newName].map((project): ProjectKey => ({ entity, project })) as [
    ProjectKey,
    ProjectKey,
  ]
  const there = await store.getDocument(after, SETTINGS)
  const target = there && (JSON.parse(there.text) as RegistrySettings)
  if (!(await store.getProject(before))) {
    // The request is repeated because the response to the first one was lost.
    if (target?.from === oldName) return
    throw new Problem('not-found', 'project-not-found', `there is no project ${entity}/${oldName}`)
  }
  const continues = target?.from === oldName && !target.moved
  if (!continues && (target || (await store.getProject(after))))
    throw new Problem('conflict', 'name-taken', `there is a project ${entity}/${newName} already`)
  await checkMovable(ctx, before)
  const documents = await store.listDocuments(before, '')
  const settings = documents.find(({ name }) => name === SETTINGS)
  const { from: _, moved: __, ...kept } = (settings ? JSON.parse(settings.text) : {}) as RegistrySettings
  await changeRegistry(ctx, after, (defaults) => ({ ...defaults, ...kept, from: oldName }))
  await inParallel(documents, (document) => copy(ctx, after, document))
  await relink(ctx, before, after)
  await store.ensureProject(after, ctx.deps.clock.now())
  await inParallel(documents, ({ name }) => store.deleteDocument(before, name))
  await store.deleteProject(before)
  await changeRegistry(ctx, after, (settings) => ({ ...settings, moved: true }))
  forgetReads(ctx)
}

/** Registries hold links. Runs and what they logged have keys with the name of their project. */
async function checkMovable(ctx: ArtifactContext, key: ProjectKey): Promise<void> {
  const { store } = ctx.deps
  const [runs, sweeps, logged] = await Promise.all([
    store.listRuns(key, { limit: 1 }),
    store.listSweeps(key, { limit: 1 }),
    store.pageDocuments(key, 'artifact/', { limit: 1 }),
  ])
  if (runs.items.length + sweeps.items.length + logged.items.length > 0)
    throw new Problem(
      'invalid',
      'registry-has-runs',
      `${key.entity}/${key.project} holds runs, sweeps or artifacts that were logged to it, and cannot be renamed: a registry holds links`,
    )
}

async function copy(ctx: ArtifactContext, after: ProjectKey, { name, text }: DocumentRecord): Promise<void> {
  if (name === SETTINGS) return
  const moved = name.startsWith('artifact-collection/')
    ? JSON.stringify({ ...JSON.parse(text), project: after.project })
    : text
  const there = await ctx.deps.store.getDocument(after, name)
  if (!there) await ctx.deps.store.putDocument(after, { name, text: moved, rev: 1 })
}

/** The artifacts that are linked to the old registry are linked to the new one. */
async function relink(ctx: ArtifactContext, before: ProjectKey, after: ProjectKey): Promise<void> {
  forgetReads(ctx)
  for (const collection of await listCollections(ctx, before))
    for (const { artifact } of await membersOf(ctx, collection))
      await changeArtifact(ctx, artifactId(artifact), (now) => ({
        ...now,
        links: (now.links ?? []).map((link) =>
          link.project === before.project ? { ...link, project: after.project } : link,
        ),
      }))
}

import type { RunKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { type Artifact, artifactById, artifactId, committed } from '../artifacts/artifacts.ts'
import { connectionOf, type PageArgs } from '../graphql/connection.ts'
import type { ObjectContext } from './links.ts'

/** The artifacts that a run has logged. */
export async function logged(ctx: ObjectContext, run: RunKey, page: PageArgs) {
  const mine = (await committed(ctx, run)).filter((artifact) => artifact.run === run.run)
  return connectionOf(
    mine,
    page,
    ({ uid }) => uid,
    (artifact) => ctx.links.artifact(ctx, artifact),
  )
}

/** What a run has used, one document each: `artifact-use/<run>/<artifact id>`. */
export async function used(ctx: ObjectContext, run: RunKey, page: PageArgs) {
  const documents = await ctx.deps.store.listDocuments(run, `artifact-use/${run.run}/`)
  const found = await Promise.all(documents.map(({ text }) => artifactById(ctx, text).catch(unlessDeleted)))
  const artifacts = found.filter((artifact) => artifact !== undefined)
  return connectionOf(
    artifacts,
    page,
    ({ uid }) => uid,
    (artifact) => ctx.links.artifact(ctx, artifact),
  )
}

/** A used artifact may have been deleted since. */
function unlessDeleted(error: unknown): undefined {
  if (error instanceof Problem && error.kind !== 'retryable' && error.kind !== 'misconfigured') return
  throw error
}

/** The runs that have used an artifact. */
export async function usersOf(ctx: ObjectContext, artifact: Artifact) {
  const project = { entity: artifact.entity, project: artifact.project }
  const id = artifactId(artifact)
  const uses = (await ctx.deps.store.listDocuments(project, 'artifact-use/')).filter(
    ({ text }) => text === id,
  )
  const keys = uses.map(({ name }) => ({ ...project, run: name.split('/')[1]! }))
  const runs = (await ctx.deps.store.getRuns(keys)).filter((run) => run !== undefined)
  return connectionOf(
    runs,
    {},
    ({ record }) => record.key.run,
    (run) => ctx.links.run(ctx, run),
  )
}

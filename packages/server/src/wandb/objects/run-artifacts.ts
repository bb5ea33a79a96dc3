import type { RunKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { mapInParallel } from '../../in-parallel.ts'
import { type Artifact, artifactById, artifactId, committed } from '../artifacts/artifacts.ts'
import { connectionOf, type PageArgs } from '../graphql/connection.ts'
import type { ObjectContext } from './links.ts'

/** The artifacts that a run has logged: those that it created, then those with the same content as an earlier version. */
export async function logged(ctx: ObjectContext, run: RunKey, page: PageArgs) {
  const mine = (await committed(ctx, run)).filter((artifact) => artifact.run === run.run)
  const again = await listed(ctx, run, `artifact-log/${run.run}/`)
  return pageOf(ctx, [...mine, ...again], page)
}

/** What a run has used, one document each: `artifact-use/<run>/<artifact uid>`. */
export async function used(ctx: ObjectContext, run: RunKey, page: PageArgs) {
  return pageOf(ctx, await listed(ctx, run, `artifact-use/${run.run}/`), page)
}

const pageOf = (ctx: ObjectContext, artifacts: readonly Artifact[], page: PageArgs) =>
  connectionOf(
    artifacts,
    page,
    ({ uid }) => uid,
    (artifact) => ctx.links.artifact(ctx, artifact),
  )

/** Those that documents name by their ids. */
async function listed(ctx: ObjectContext, run: RunKey, prefix: string): Promise<readonly Artifact[]> {
  const documents = await ctx.deps.store.listDocuments(run, prefix)
  const found = await mapInParallel(documents, ({ text }) => artifactById(ctx, text).catch(unlessDeleted))
  return found.filter((artifact) => artifact !== undefined)
}

/** An artifact may have been deleted since. */
function unlessDeleted(error: unknown): undefined {
  if (error instanceof Problem && error.kind !== 'retryable' && error.kind !== 'misconfigured') return
  throw error
}

/** The runs that have used an artifact, also those of other projects. */
export async function usersOf(ctx: ObjectContext, artifact: Artifact) {
  const { store } = ctx.deps
  const project = { entity: artifact.entity, project: artifact.project }
  const id = artifactId(artifact)
  const uses = await store.listDocuments(project, `artifact-used/${artifact.uid}/`)
  const keys = new Map(
    uses.map(({ name }) => {
      const [, , project = '', run = ''] = name.split('/')
      return [`${project}/${run}`, { entity: artifact.entity, project, run }]
    }),
  )
  // Earlier versions stored uses with the run only.
  for (const { name, text } of await store.listDocuments(project, 'artifact-use/')) {
    const run = name.split('/')[1] ?? ''
    if (text === id || text === id.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''))
      keys.set(`${project.project}/${run}`, { ...project, run })
  }
  const runs = (await store.getRuns([...keys.values()])).filter((run) => run !== undefined)
  return connectionOf(
    runs,
    {},
    ({ record }) => record.key.run,
    (run) => ctx.links.run(ctx, run),
  )
}

import type { ProjectKey, RunKey } from '@chimney/core/schema/names'
import { partsOf } from '../global-id.ts'
import { inParallel } from '../in-parallel.ts'
import { type Artifact, artifactId, committed } from './artifacts.ts'
import { ensureCollection, INDEXED, listCollections } from './collections.ts'
import type { ArtifactContext } from './context.ts'
import { once } from './request-memo.ts'

export const loggedPrefix = (run: string): string => `artifact-log/${run}/`
export const usedPrefix = (run: string): string => `artifact-use/${run}/`
/** The runs that used an artifact: `artifact-used/<uid>/<project>/<run>`. */
export const usersPrefix = (uid: string): string => `artifact-used/${uid}/`

/** Lists an artifact under the run that logged it. Idempotent. */
export async function keepLogged(ctx: ArtifactContext, artifact: Artifact, run: string): Promise<void> {
  const name = `${loggedPrefix(run)}${artifact.uid}`
  await ctx.deps.store.putDocument(artifact, { name, text: artifactId(artifact), rev: 1 })
}

/** Lists a use by run and by artifact, which may be of different projects. Idempotent. */
export async function keepUse(ctx: ArtifactContext, artifact: Artifact, run: RunKey): Promise<void> {
  const { store } = ctx.deps
  const text = artifactId(artifact)
  await store.putDocument(run, { name: `${usedPrefix(run.run)}${artifact.uid}`, text, rev: 1 })
  const name = `${usersPrefix(artifact.uid)}${run.project}/${run.run}`
  await store.putDocument(artifact, { name, text: run.project, rev: 1 })
}

/**
 * Writes what earlier versions of the service did not: documents of collections, and lists of a run's artifacts and of an artifact's runs.
 * Reads all artifacts of the project once; afterwards lists are read page by page.
 */
export function ensureIndexed(ctx: ArtifactContext, { entity, project }: ProjectKey): Promise<void> {
  return once(ctx, `indexed ${entity}/${project}`, async () => {
    const { store } = ctx.deps
    const key = { entity, project }
    if ((await store.getDocument(key, INDEXED)) || !(await store.getProject(key))) return
    for (const { name, type, kind, rev } of await listCollections(ctx, key))
      if (rev === 0) await ensureCollection(ctx, key, name, { kind, type })
    await inParallel(await committed(ctx, key), async (artifact) => {
      if (artifact.run !== undefined) await keepLogged(ctx, artifact, artifact.run)
    })
    await inParallel(await store.listDocuments(key, 'artifact-use/'), async ({ name, text }) => {
      const [, run = '', uid = ''] = name.split('/')
      if (partsOf('Artifact', 4, text)[1] !== project) return
      const used = { name: `${usersPrefix(uid)}${project}/${run}`, text: project, rev: 1 }
      await store.putDocument(key, used)
    })
    await store.putDocument(key, { name: INDEXED, text: '1', rev: 1 })
  })
}

/** Changes of artifacts. Loaded on demand. */
import type { CollectionPatch, VersionPatch } from '@chimney/core/schema/api/artifact-requests'
import type { ProjectKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { aliasesOf, artifactId, changeArtifact } from '../../artifacts/artifacts.ts'
import { changeCollection, mustFind } from '../../artifacts/collections.ts'
import { changeAliases, deleteCollection, removeVersion, unlink } from '../../artifacts/memberships.ts'
import { collectionBody } from './artifact-bodies.ts'
import { type Asked, type Found, findVersion, versionAnswer } from './read-artifacts.ts'

export async function patchCollection(ctx: Asked, project: ProjectKey, name: string, patch: CollectionPatch) {
  const { key } = await mustFind(ctx, project, name)
  const changed = await changeCollection(ctx, project, key, (before) => ({
    ...before,
    ...(patch.name !== undefined && { name: patch.name }),
    ...(patch.description !== undefined && { description: patch.description ?? '' }),
  }))
  return collectionBody(changed)
}

/** Deletes a sequence with its versions, or a portfolio with its links. */
export const dropCollection = async (ctx: Asked, project: ProjectKey, name: string) =>
  deleteCollection(ctx, await mustFind(ctx, project, name))

export async function patchVersion(ctx: Asked, { collection, members, member }: Found, patch: VersionPatch) {
  const { artifact } = member
  const { description, add_aliases: added = [], remove_aliases = [] } = patch
  if (remove_aliases.includes('latest'))
    throw new Problem(
      'invalid',
      'latest-alias',
      'latest is always an alias of one version; to move it, add it to another version',
      { issues: [{ path: 'remove_aliases', message: 'must not contain latest' }] },
    )
  const own = aliasesOf(members, member.uid)
  const removed = remove_aliases.filter((alias) => own.includes(alias))
  if (added.length > 0 || removed.length > 0) {
    const now = ctx.deps.clock.now()
    // Also where an earlier version still has it: it would become the alias's version again.
    if (removed.length > 0)
      for (const other of members.filter(({ aliases }) =>
        removed.some((alias) => Object.hasOwn(aliases, alias)),
      ))
        await changeAliases(ctx, collection, other.artifact, (aliases) =>
          Object.fromEntries(Object.entries(aliases).filter(([alias]) => !removed.includes(alias))),
        )
    if (added.length > 0)
      await changeAliases(ctx, collection, artifact, (aliases) => ({
        ...aliases,
        ...Object.fromEntries(added.map((alias) => [alias, now])),
      }))
  }
  if (description !== undefined)
    await changeArtifact(ctx, artifactId(artifact), (before) => ({
      ...before,
      description: description ?? '',
    }))
  const { project, entity } = collection
  return versionAnswer(
    ctx,
    await findVersion(ctx, { entity, project }, collection.name, `v${member.version}`),
  )
}

/** Deletes a version of a sequence, or a link of a portfolio. */
export async function dropVersion(ctx: Asked, { collection, member }: Found, withAliases: boolean) {
  if (collection.kind === 'portfolio') return unlink(ctx, collection, member.artifact)
  return removeVersion(ctx, member.artifact, withAliases)
}

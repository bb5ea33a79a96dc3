/** Answers about artifacts. Loaded on demand: most requests have nothing to do with them. */
import type { ProjectKey, RunKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { type Artifact, aliasesOf, versionOf } from '../../artifacts/artifacts.ts'
import { type Collection, mustFind, pageCollections } from '../../artifacts/collections.ts'
import type { ArtifactContext } from '../../artifacts/context.ts'
import { ensureIndexed } from '../../artifacts/index-project.ts'
import { loggedBy, usedBy, usersOf } from '../../artifacts/lineage.ts'
import { entriesOf } from '../../artifacts/manifests.ts'
import {
  type Membership,
  memberOf,
  membershipsOf,
  membersOf,
  sequenceOf,
} from '../../artifacts/memberships.ts'
import type { Deps } from '../../deps.ts'
import { mapInParallel } from '../../in-parallel.ts'
import { downloadUrl } from '../../runs/files/file-urls.ts'
import type { Page } from '../../store/page.ts'
import {
  artifactFileBody,
  artifactRunBody,
  collectionBody,
  summaryBody,
  versionBody,
} from './artifact-bodies.ts'

export interface Asked extends ArtifactContext {
  readonly deps: Deps
}

/** A request's context: the key was checked to be of the entity. */
export const askedOf = (deps: Deps, { entity }: ProjectKey): Asked => ({ deps, caller: { entity } })

export const next = (cursor: string | number | undefined) =>
  cursor === undefined ? {} : { next_cursor: String(cursor) }

export async function collectionPage(ctx: Asked, project: ProjectKey, page: Page & { type?: string }) {
  await ensureIndexed(ctx, project)
  const { items, cursor } = await pageCollections(ctx, project, page)
  const wanted = page.type === undefined ? items : items.filter(({ type }) => type === page.type)
  return { items: wanted.map(collectionBody), ...next(cursor) }
}

/** Counts the collections of one page by type; a client sums over the pages. */
export async function typePage(ctx: Asked, project: ProjectKey, page: Page) {
  await ensureIndexed(ctx, project)
  const { items, cursor } = await pageCollections(ctx, project, page)
  const counts = new Map<string, number>()
  for (const { type } of items) counts.set(type, (counts.get(type) ?? 0) + 1)
  const types = [...counts].map(([name, collections]) => ({ name, collections }))
  return { items: types.sort((a, b) => (a.name < b.name ? -1 : 1)), ...next(cursor) }
}

export const collectionAnswer = async (ctx: Asked, project: ProjectKey, name: string) =>
  collectionBody(await mustFind(ctx, project, name))

/** The versions of a collection, newest first. */
export async function versionPage(ctx: Asked, project: ProjectKey, name: string, page: Page) {
  const members = await membersOf(ctx, await mustFind(ctx, project, name))
  const before = versionAfter(page.cursor)
  const older = members.filter(({ version }) => version < before).toReversed()
  const items = await mapInParallel(older.slice(0, page.limit), (member) =>
    bodyOf(ctx, members, member, true),
  )
  return { items, ...next(older.length > page.limit ? older[page.limit - 1]!.version : undefined) }
}

function versionAfter(cursor: string | undefined): number {
  if (cursor === undefined) return Number.POSITIVE_INFINITY
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw new Problem('invalid', 'bad-cursor', 'cursor does not belong to this list; omit it to start over', {
    issues: [{ path: 'cursor', message: 'does not belong to this list' }],
  })
}

async function bodyOf(ctx: Asked, members: readonly Membership[], member: Membership, listed: boolean) {
  const source =
    member.collection.kind === 'sequence' ? member.collection : await sequenceOf(ctx, member.artifact)
  return versionBody(ctx.deps.settings.publicUrl, members, member, source, listed)
}

export interface Found {
  readonly collection: Collection
  readonly members: readonly Membership[]
  readonly member: Membership
}

/** The member of a collection that `v3`, `latest` or another alias means. */
export async function findVersion(
  ctx: Asked,
  project: ProjectKey,
  name: string,
  version: string,
): Promise<Found> {
  const collection = await mustFind(ctx, project, name)
  const members = await membersOf(ctx, collection)
  const member = versionOf(members, version)
  if (member) return { collection, members, member }
  throw new Problem(
    'not-found',
    'version-not-found',
    `there is no artifact ${project.entity}/${project.project}/${name}:${version}; list its versions at GET /v1/${project.entity}/${project.project}/artifacts/${name}/versions`,
  )
}

export const versionAnswer = (ctx: Asked, { members, member }: Found) => bodyOf(ctx, members, member, false)

/** The files of a version by name, each with its URL. */
export async function filePage(
  ctx: Asked,
  { member }: Found,
  { cursor, limit, prefix = '' }: Page & { prefix?: string },
) {
  const all = (await entriesOf(ctx, member.artifact))
    .filter(({ name }) => name.startsWith(prefix) && (cursor === undefined || name > cursor))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const { deps } = ctx
  const urls = { deps, origin: deps.settings.publicUrl }
  const items = await mapInParallel(all.slice(0, limit), async (entry) =>
    artifactFileBody(entry, entry.key === undefined ? null : await downloadUrl(urls, entry.key)),
  )
  return { items, ...next(all.length > limit ? items.at(-1)!.name : undefined) }
}

export async function lineageAnswer(ctx: Asked, { member }: Found, page: Page) {
  const { artifact } = member
  const { entity, project, run } = artifact
  const [users, logger, all] = await Promise.all([
    usersOf(ctx, artifact, page),
    run === undefined ? undefined : ctx.deps.store.getRun({ entity, project, run }),
    membershipsOf(ctx, artifact),
  ])
  const links = all.filter(({ collection }) => collection.kind === 'portfolio')
  return {
    logged_by: logger ? artifactRunBody(logger) : null,
    links: await mapInParallel(links, async ({ collection, version, uid }) => ({
      entity: collection.entity,
      project: collection.project,
      collection: collection.name,
      version: `v${version}`,
      aliases: [...aliasesOf(await membersOf(ctx, collection), uid)],
    })),
    items: users.items.map(artifactRunBody),
    ...next(users.cursor),
  }
}

/** What a run has logged or used: the versions in their own collections. */
export async function runArtifactPage(ctx: Asked, run: RunKey, as: 'logged' | 'used', page: Page) {
  const { items, cursor } = await (as === 'logged' ? loggedBy : usedBy)(ctx, run, page)
  return { items: await mapInParallel(items, (artifact) => ownBody(ctx, artifact)), ...next(cursor) }
}

/** Without aliases, for which every collection would have to be read. */
async function ownBody(ctx: Asked, artifact: Artifact) {
  const collection = await sequenceOf(ctx, artifact)
  return summaryBody(ctx.deps.settings.publicUrl, memberOf(collection, artifact), collection)
}

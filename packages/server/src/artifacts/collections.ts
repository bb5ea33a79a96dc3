import { type Json, stringifyJson } from '@chimney/core/schema/json'
import type { ProjectKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { globalId } from '../global-id.ts'
import type { Page, Paged } from '../store/page.ts'
import { busy, committed } from './artifacts.ts'
import type { ArtifactContext } from './context.ts'
import { forgetReads, once } from './request-memo.ts'

/**
 * All versions of one name. A sequence holds what runs log under its name, a portfolio links to versions of sequences. Stored as a
 * document of its project; sequences that earlier versions of this service created have none until they are changed.
 */
export interface Collection extends ProjectKey {
  readonly name: string
  /** Its first name, or a random text where that was taken before: part of the names of its other documents. */
  readonly key: string
  readonly kind: 'sequence' | 'portfolio'
  readonly type: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly createdAt: number
  readonly updatedAt: number
  readonly rev: number
}

/** A name that a collection had before it was renamed or deleted. */
interface Gone {
  readonly gone: true
  /** The new name. */
  readonly to?: string
  readonly rev: number
}

/** Document of a project in which every collection has one, see `index-project.ts`. */
export const INDEXED = 'artifact-index'

const nameOf = (name: string): string => `artifact-collection/${name}`
const MAX_NAME = 128

function checkName(name: string): void {
  if (name === '' || name.length > MAX_NAME || /[/:\p{Cc}]/u.test(name))
    throw new Problem(
      'invalid',
      'invalid-name',
      `an artifact's name must be 1 to ${MAX_NAME} characters without / and :`,
    )
}

export const collectionId = ({
  entity,
  project,
  key,
}: Pick<Collection, 'entity' | 'project' | 'key'>): string =>
  globalId('ArtifactCollection', entity, project, key)

async function stored(
  ctx: ArtifactContext,
  project: ProjectKey,
  name: string,
): Promise<Collection | Gone | undefined> {
  const document = await ctx.deps.store.getDocument(project, nameOf(name))
  return document && { ...(JSON.parse(document.text) as Collection | Gone), rev: document.rev }
}

async function save(ctx: ArtifactContext, project: ProjectKey, name: string, next: Collection | Gone) {
  forgetReads(ctx)
  const { rev, ...rest } = next
  return ctx.deps.store.putDocument(project, {
    name: nameOf(name),
    text: stringifyJson(rest as unknown as Json),
    rev,
  })
}

const at = ({ entity, project }: ProjectKey, name: string): string =>
  `collection ${entity}/${project}/${name}`

export function findCollection(
  ctx: ArtifactContext,
  project: ProjectKey,
  name: string,
): Promise<Collection | undefined> {
  return once(ctx, at(project, name), async () => {
    const found = await stored(ctx, project, name)
    if (found) return 'gone' in found ? undefined : found
    const [first] = await committed(ctx, project, name)
    return first && undocumented(project, name, first)
  })
}

/** Throws `Problem('not-found')` when there is none. */
export async function mustFind(ctx: ArtifactContext, project: ProjectKey, name: string): Promise<Collection> {
  const found = await findCollection(ctx, project, name)
  if (found) return found
  throw new Problem(
    'not-found',
    'collection-not-found',
    `there is no artifact collection ${project.entity}/${project.project}/${name}`,
  )
}

/** Keys are names, except of collections that were renamed or whose name was in use before. */
export function collectionByKey(
  ctx: ArtifactContext,
  project: ProjectKey,
  key: string,
): Promise<Collection | undefined> {
  return once(ctx, `key ${at(project, key)}`, async () => {
    const named = await followRenames(ctx, project, key)
    if (named) return named
    return (await listCollections(ctx, project)).find((collection) => collection.key === key)
  })
}

/** The collection of this key, if all names that it had still lead to the next one. */
async function followRenames(
  ctx: ArtifactContext,
  project: ProjectKey,
  key: string,
): Promise<Collection | undefined> {
  const seen = new Set<string>()
  for (let name: string | undefined = key; name !== undefined && !seen.has(name); ) {
    seen.add(name)
    const found: Collection | Gone | undefined = await stored(ctx, project, name)
    if (found && !('gone' in found)) return found.key === key ? found : undefined
    if (!found) {
      const legacy = await findCollection(ctx, project, name)
      return legacy?.key === key ? legacy : undefined
    }
    name = found.to
  }
  return undefined
}

/** A sequence without a document: named like its key, and as old as its first version. */
export const undocumented = (
  { entity, project }: ProjectKey,
  name: string,
  first: { readonly type: string; readonly createdAt: number },
): Collection => ({
  entity,
  project,
  name,
  key: name,
  kind: 'sequence',
  type: first.type,
  tags: [],
  createdAt: first.createdAt,
  updatedAt: first.createdAt,
  rev: 0,
})

/** By name, ascending. */
export function listCollections(ctx: ArtifactContext, project: ProjectKey): Promise<readonly Collection[]> {
  return once(ctx, at(project, '*'), async () => {
    const documents = await ctx.deps.store.listDocuments(project, 'artifact-collection/')
    const known = documents.map(
      ({ text, rev }) => ({ ...(JSON.parse(text) as Collection | Gone), rev }) as Collection | Gone,
    )
    const present = known.filter((item): item is Collection => !('gone' in item))
    const documented = new Set([
      ...present.map(({ key }) => key),
      ...documents.map(({ name }) => name.slice('artifact-collection/'.length)),
    ])
    const others = new Map<string, Collection>()
    const isIndexed = (await ctx.deps.store.getDocument(project, INDEXED)) !== undefined
    for (const artifact of isIndexed ? [] : await committed(ctx, project))
      if (!documented.has(artifact.collection) && !others.has(artifact.collection))
        others.set(artifact.collection, undocumented(project, artifact.collection, artifact))
    return [...present, ...others.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  })
}

/** A page of the documented collections, by name; `index-project.ts` documents the others. May be shorter than its limit. */
export async function pageCollections(
  ctx: ArtifactContext,
  { entity, project }: ProjectKey,
  page: Page,
): Promise<Paged<Collection>> {
  const key = { entity, project }
  const { items, cursor } = await ctx.deps.store.pageDocuments(key, 'artifact-collection/', page)
  const known = items.map(({ text, rev }) => ({ ...(JSON.parse(text) as Collection | Gone), rev }))
  const present = known.filter((item): item is Collection => !('gone' in item))
  return { items: present, ...(cursor !== undefined && { cursor }) }
}

const TRIES = 20

/** The collection of this name; made when there is none. Throws when the name belongs to one of another kind or type. */
export async function ensureCollection(
  ctx: ArtifactContext,
  project: ProjectKey,
  name: string,
  { kind, type }: Pick<Collection, 'kind' | 'type'>,
): Promise<Collection> {
  checkName(name)
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const found = await findCollection(ctx, project, name)
    if (found && found.rev > 0) {
      checkSame(found, { kind, type })
      return found
    }
    const before = await stored(ctx, project, name)
    const now = ctx.deps.clock.now()
    const next: Collection = {
      ...(found ?? {
        entity: project.entity,
        project: project.project,
        name,
        // The versions of the collection that had this name keep their documents' names.
        key: before ? ctx.deps.randomId(16) : name,
        kind,
        type,
        tags: [],
        createdAt: now,
        updatedAt: now,
      }),
      rev: (before?.rev ?? 0) + 1,
    }
    checkSame(next, { kind, type })
    if (await save(ctx, project, name, next)) return next
  }
  throw busy()
}

function checkSame(found: Collection, { kind, type }: Pick<Collection, 'kind' | 'type'>): void {
  const path = `${found.entity}/${found.project}/${found.name}`
  if (found.kind !== kind)
    throw new Problem(
      'invalid',
      'wrong-collection',
      kind === 'sequence'
        ? `${path} holds links to artifacts; log the artifact under another name`
        : `${path} holds logged artifacts; link to a collection of another name`,
    )
  if (found.type !== type)
    throw new Problem(
      'invalid',
      'wrong-artifact-type',
      `${path} holds artifacts of type ${found.type}, not ${type}; use that type or another name`,
    )
}

export async function changeCollection(
  ctx: ArtifactContext,
  project: ProjectKey,
  key: string,
  change: (collection: Collection) => Collection,
): Promise<Collection> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    forgetReads(ctx)
    const before = await collectionByKey(ctx, project, key)
    if (!before)
      throw new Problem('not-found', 'collection-not-found', `there is no artifact collection ${key}`)
    const next = { ...change(before), updatedAt: ctx.deps.clock.now() }
    if (next.name === before.name) {
      if (await save(ctx, project, next.name, { ...next, rev: before.rev + 1 })) return next
    } else if (await rename(ctx, project, before, next)) return next
  }
  throw busy()
}

/** Both names lead to the collection until the old one is given up, so that a failure in between loses nothing. */
async function rename(ctx: ArtifactContext, project: ProjectKey, before: Collection, next: Collection) {
  checkName(next.name)
  const there = await findCollection(ctx, project, next.name)
  if (there && there.key !== before.key)
    throw new Problem('invalid', 'name-taken', `there is an artifact collection ${next.name} already`)
  const document = await stored(ctx, project, next.name)
  if (!(await save(ctx, project, next.name, { ...next, rev: (document?.rev ?? 0) + 1 }))) return false
  return save(ctx, project, before.name, { gone: true, to: next.name, rev: before.rev + 1 })
}

/** Frees the name. Its members are deleted before. */
export async function forgetCollection(ctx: ArtifactContext, collection: Collection): Promise<void> {
  await save(ctx, collection, collection.name, { gone: true, rev: collection.rev + 1 })
}

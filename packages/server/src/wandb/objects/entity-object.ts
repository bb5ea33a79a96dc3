import { type Collection, listCollections } from '../../artifacts/collections.ts'
import { type Membership, membersOf } from '../../artifacts/memberships.ts'
import { isRegistry, type RegistrySettings, registrySettings } from '../../artifacts/registries.ts'
import { mapInParallel } from '../../in-parallel.ts'
import type { ProjectRecord } from '../../store/projects.ts'
import { collectionFields, memberFields, type Question, selected } from '../artifacts/find-artifacts.ts'
import { connectionOf, type PageArgs } from '../graphql/connection.ts'
import { internalIdOf, numberedId, numberFor } from '../graphql/context.ts'
import type { Fields } from '../runs/run-filter.ts'
import type { ObjectContext } from './links.ts'

/** GraphQL `Entity`: the caller's own, since a key reaches no other. */
export function entityObject(ctx: ObjectContext, name: string) {
  const empty = () => connectionOf([], {}, String, String)
  return {
    __typename: 'Entity',
    id: numberedId('Entity', numberFor(name)),
    name,
    isTeam: false,
    entityType: 'user',
    available: false,
    photoUrl: null,
    readOnly: false,
    readOnlyAdmin: false,
    privateOnly: true,
    storageBytes: 0,
    codeSavingEnabled: true,
    defaultAccess: 'PRIVATE',
    isPaid: false,
    // The service knows keys, not people.
    members: [
      {
        id: name,
        name,
        username: name,
        admin: ctx.caller.scope === 'admin',
        pending: false,
        accountType: 'USER',
      },
    ],
    organization: organizationObject(ctx, name),
    projects: (page: PageArgs) => projectPage(ctx, name, page),
    project: async ({ name: project }: { name?: string | null }) => {
      const record = project ? await ctx.deps.store.getProject({ entity: name, project }) : undefined
      return record ? ctx.links.project(ctx, record) : null
    },
    // Automations and integrations do not exist here.
    triggers: empty,
    integrations: empty,
  }
}

/** GraphQL `Organization`: each entity is its own, and its registries are projects of it. */
export function organizationObject(ctx: ObjectContext, name: string) {
  return {
    __typename: 'Organization',
    id: Buffer.from(`Organization:${name}`).toString('base64'),
    name,
    coreWeaveOrganizationId: null,
    advancedRegistryFeatures: null,
    triggers: () => connectionOf([], {}, String, String),
    orgEntity: () => ({
      ...entityObject(ctx, name),
      entityType: 'organization',
      projects: async ({ filters, order, ...page }: RegistryArgs) =>
        connectionOf(
          await registries(ctx, name, { filters: filters ?? null, order: order ?? null }),
          page,
          ({ project }) => project,
          (record) => ctx.links.project(ctx, record),
        ),
      artifactCollections: (args: CollectionSearch) => searchCollections(ctx, name, args),
      artifactMemberships: (args: MembershipSearch) => searchMemberships(ctx, name, args),
    }),
  }
}

interface RegistryArgs extends PageArgs {
  readonly filters?: string | null
  readonly order?: string | null
}
interface CollectionSearch extends RegistryArgs {
  readonly projectFilters?: string | null
}
interface MembershipSearch extends CollectionSearch {
  readonly collectionFilters?: string | null
}

export async function allProjects(ctx: ObjectContext, entity: string): Promise<readonly ProjectRecord[]> {
  const projects: ProjectRecord[] = []
  let cursor: string | undefined
  do {
    const found = await ctx.deps.store.listProjects(entity, { limit: 1000, cursor })
    projects.push(...found.items)
    cursor = found.cursor
  } while (cursor !== undefined)
  return projects
}

const projectPage = async (ctx: ObjectContext, entity: string, page: PageArgs) =>
  connectionOf(
    await allProjects(ctx, entity),
    page,
    ({ project }) => project,
    (record) => ctx.links.project(ctx, record),
  )

type Registry = ProjectRecord & { readonly settings: RegistrySettings }

async function registries(ctx: ObjectContext, entity: string, question: Question) {
  const records = (await allProjects(ctx, entity)).filter(isRegistry)
  const all = await mapInParallel(records, async (record) => ({
    ...record,
    settings: await registrySettings(ctx, record),
  }))
  return selected(all, question, registryFields)
}

const registryFields =
  ({ settings, ...record }: Registry): Fields =>
  (name) => {
    switch (name) {
      case 'id':
        return Number(internalIdOf(record))
      case 'name':
        return record.project
      case 'description':
        return settings.description
      case 'created_at':
      case 'createdAt':
        return new Date(record.createdAt).toISOString()
      case 'updated_at':
      case 'updatedAt':
        return new Date(settings.updatedAt ?? record.createdAt).toISOString()
      default:
        return undefined
    }
  }

async function collectionsIn(ctx: ObjectContext, entity: string, args: CollectionSearch) {
  const found: Collection[] = []
  for (const project of await registries(ctx, entity, { filters: args.projectFilters ?? null }))
    found.push(...(await listCollections(ctx, project)))
  return found
}

async function searchCollections(ctx: ObjectContext, entity: string, args: CollectionSearch) {
  const { filters, order, projectFilters: _, ...page } = args
  const all = await collectionsIn(ctx, entity, args)
  return connectionOf(
    selected(all, { filters: filters ?? null, order: order ?? null }, collectionFields),
    page,
    ({ project, key }) => `${project}/${key}`,
    (collection) => ctx.links.collection(ctx, collection),
  )
}

async function searchMemberships(ctx: ObjectContext, entity: string, args: MembershipSearch) {
  const { filters, order, projectFilters: _, collectionFilters, ...page } = args
  const collections = await collectionsIn(ctx, entity, args)
  const found: Membership[] = []
  for (const collection of selected(collections, { filters: collectionFilters ?? null }, collectionFields)) {
    const members = (await membersOf(ctx, collection)).toReversed()
    found.push(...selected(members, { filters: filters ?? null }, (member) => memberFields(members, member)))
  }
  return connectionOf(
    order ? selected(found, { order }, (member) => memberFields(found, member)) : found,
    page,
    ({ collection, uid }) => `${collection.project}/${collection.key}/${uid}`,
    (member) => ctx.links.membership(ctx, member),
  )
}

import type { ProjectKey } from '@chimney/core/schema/names'
import { registrySettings } from '../../artifacts/registries.ts'
import { globalId } from '../../global-id.ts'
import type { ProjectRecord } from '../../store/projects.ts'
import { connectionOf, type PageArgs } from '../graphql/connection.ts'
import { internalIdOf, numberedId, numberFor, timeOf } from '../graphql/context.ts'
import { findRuns, type RunsArgs } from '../runs/run-view.ts'
import {
  artifactOf,
  artifactTypeObject,
  artifactTypes,
  type CollectionsArgs,
  collectionOf,
  collectionsOf,
  membershipOf,
} from './collection-object.ts'
import { entityObject } from './entity-object.ts'
import type { ObjectContext } from './links.ts'
import { runObject } from './run-object.ts'
import { findSweep, sweepObject, sweepsOfProject } from './sweep-object.ts'
import { userObject } from './viewer-object.ts'

/** GraphQL `Project`. */
export function projectObject(ctx: ObjectContext, { entity, project }: ProjectKey, record?: ProjectRecord) {
  const key = { entity, project }
  const { store } = ctx.deps
  const settings = () => registrySettings(ctx, key)
  const run = async ({ name }: { name?: string | null }) => {
    const found = name ? await store.getRun({ ...key, run: name }) : undefined
    return found ? runObject(ctx, found) : null
  }
  return {
    __typename: 'Project',
    id: globalId('Project', entity, project),
    internalId: numberedId('ProjectInternalId', internalIdOf(key)),
    name: project,
    entityName: entity,
    entity: () => entityObject(ctx, entity),
    createdAt: async () => timeOf((record ?? (await store.getProject(key)))?.createdAt ?? 0),
    updatedAt: async () =>
      timeOf((await settings()).updatedAt ?? (record ?? (await store.getProject(key)))?.createdAt ?? 0),
    isBenchmark: false,
    readOnly: false,
    description: async () => (await settings()).description ?? null,
    access: async () => (await settings()).access,
    views: null,
    user: () => userObject(ctx),
    repo: null,
    dockerImage: null,
    isPublished: false,
    allowAllArtifactTypesInRegistry: async () => (await settings()).allTypes,
    triggers: [],
    // The service knows keys, not people.
    members: [
      {
        id: numberedId('User', numberFor(entity)),
        name: entity,
        username: entity,
        email: `${entity}@localhost`,
        role: { name: 'admin' },
      },
    ],
    teamMembers: [],
    run,
    bucket: run,
    runs: async ({ filters, order, ...page }: RunsArgs & PageArgs) => {
      const runs = await findRuns(ctx.deps, key, { filters: filters ?? null, order: order ?? null })
      return connectionOf(
        runs,
        page,
        ({ record }) => record.key.run,
        (view) => runObject(ctx, view),
      )
    },
    runCount: async ({ filters }: RunsArgs) =>
      (await findRuns(ctx.deps, key, { filters: filters ?? null })).length,
    sweep: async ({ sweepName }: { sweepName?: string | null }) => {
      const found = sweepName ? await findSweep(ctx, entity, project, sweepName) : undefined
      return found ? sweepObject(ctx, found) : null
    },
    sweeps: (args: PageArgs & { filters?: string | null }) => sweepsOfProject(ctx, key, args),
    totalSweeps: async () => (await sweepsOfProject(ctx, key, {})).totalCount,
    artifact: ({ name }: { name?: string | null }) => artifactOf(ctx, key, name),
    artifactType: ({ name }: { name?: string | null }) => artifactTypeObject(ctx, key, name),
    artifactTypes: async ({ includeAll, ...page }: PageArgs & { includeAll?: boolean | null }) =>
      artifactTypes(ctx, key, page, includeAll ? (await settings()).types : []),
    artifactCollection: ({ name }: { name?: string | null }) => collectionOf(ctx, key, name),
    artifactCollections: (args: CollectionsArgs) => collectionsOf(ctx, key, args),
    artifactCollectionMembership: ({
      name,
      aliasName,
    }: {
      name?: string | null
      aliasName?: string | null
    }) => membershipOf(ctx, key, name, aliasName),
  }
}

import { presentArtifact } from '../../artifacts/artifacts.ts'
import { idOfClient } from '../../artifacts/client-ids.ts'
import { ownEntity } from '../../own-entity.ts'
import type { PageArgs } from '../graphql/connection.ts'
import { projectKeyOf } from '../graphql/context.ts'
import { artifactObject } from '../objects/artifact-object.ts'
import { collectionById } from '../objects/collection-object.ts'
import { entityObject, organizationObject } from '../objects/entity-object.ts'
import type { ObjectContext } from '../objects/links.ts'
import { projectObject } from '../objects/project-object.ts'
import { serverInfo, userObject } from '../objects/viewer-object.ts'

interface Named {
  readonly name?: string | null
  readonly entityName?: string | null
}
/** Fields of the GraphQL type `Query`. */
export function queries(ctx: ObjectContext) {
  const { store } = ctx.deps
  /** Null for a project that does not exist, and for one of another entity, which may. */
  const project = async ({ name, entityName }: Named) => {
    if (entityName && entityName !== ctx.caller.entity) return null
    const key = projectKeyOf(ctx, entityName, name)
    const record = await store.getProject(key)
    return record ? projectObject(ctx, key, record) : null
  }
  return {
    viewer: () => userObject(ctx),
    serverInfo,
    // Agents query sweeps by id without a project.
    project: async (args: Named) =>
      args.name || (args.entityName && args.entityName !== ctx.caller.entity)
        ? project(args)
        : projectObject(ctx, projectKeyOf(ctx, args.entityName, null)),
    model: project,
    models: ({ entityName, ...page }: PageArgs & { entityName?: string | null }) =>
      entityObject(ctx, projectKeyOf(ctx, entityName, null).entity).projects(page),
    entity: ({ name }: { name?: string | null }) => {
      if (name) ownEntity(ctx, name)
      return entityObject(ctx, ctx.caller.entity)
    },
    organization: ({ name }: { name?: string | null }) =>
      name && name !== ctx.caller.entity ? null : organizationObject(ctx, ctx.caller.entity),
    artifact: async ({ id }: { id?: string | null }) => {
      const found = id ? await presentArtifact(ctx, id) : undefined
      return found ? artifactObject(ctx, found) : null
    },
    artifactCollection: ({ id }: { id?: string | null }) => (id ? collectionById(ctx, id) : null),
    clientIDMapping: async ({ clientID }: { clientID?: string | null }) => {
      const id = clientID ? await idOfClient(ctx, clientID) : undefined
      return id === undefined ? null : { serverID: id }
    },
    users: ({ query }: { query?: string | null }) => ({
      edges: query === ctx.caller.entity ? [{ node: userObject(ctx) }] : [],
    }),
  }
}

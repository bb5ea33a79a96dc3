import { artifactById } from '../artifacts/artifacts.ts'
import { idOfClient } from '../artifacts/create-artifact.ts'
import { connectionOf, type PageArgs } from '../graphql/connection.ts'
import { projectKeyOf } from '../graphql/context.ts'
import { artifactObject } from '../objects/artifact-object.ts'
import { collectionById } from '../objects/collection-object.ts'
import type { ObjectContext } from '../objects/links.ts'
import { projectObject } from '../objects/project-object.ts'
import { entityObject, serverInfo, userObject } from '../objects/viewer-object.ts'

interface Named {
  readonly name?: string | null
  readonly entityName?: string | null
}
/** Fields of the GraphQL type `Query`. */
export function queries(ctx: ObjectContext) {
  const { store } = ctx.deps
  /** Null for a project that does not exist. */
  const project = async ({ name, entityName }: Named) => {
    const key = projectKeyOf(ctx, entityName, name)
    const record = await store.getProject(key)
    return record ? projectObject(ctx, key, record) : null
  }
  return {
    viewer: () => userObject(ctx),
    serverInfo,
    // Agents query sweeps by id without a project.
    project: async (args: Named) =>
      args.name ? project(args) : projectObject(ctx, projectKeyOf(ctx, args.entityName, null)),
    model: project,
    models: async ({ entityName, ...page }: PageArgs & { entityName?: string | null }) => {
      const { entity } = projectKeyOf(ctx, entityName, null)
      const projects = []
      let cursor: string | undefined
      do {
        const found = await store.listProjects(entity, { limit: 1000, cursor })
        projects.push(...found.items)
        cursor = found.cursor
      } while (cursor !== undefined)
      return connectionOf(
        projects,
        page,
        (record) => record.project,
        (record) => projectObject(ctx, record, record),
      )
    },
    entity: ({ name }: { name?: string | null }) =>
      name && name !== ctx.caller.entity ? null : entityObject(ctx.caller.entity),
    organization: () => null,
    artifact: async ({ id }: { id?: string | null }) =>
      id ? artifactObject(ctx, await artifactById(ctx, id)) : null,
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

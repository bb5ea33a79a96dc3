import type { PageArgs } from '../graphql/connection.ts'
import { numberedId, numberFor } from '../graphql/context.ts'
import { entityObject, organizationObject } from './entity-object.ts'
import { keyObject } from './key-object.ts'
import type { ObjectContext } from './links.ts'

/** GraphQL `User`: the key's entity, since there are no user accounts. */
export function userObject(ctx: ObjectContext): object {
  const { caller, deps } = ctx
  return {
    __typename: 'User',
    id: numberedId('User', numberFor(caller.entity)),
    name: caller.entity,
    username: caller.entity,
    email: `${caller.entity}@localhost`,
    admin: false,
    // JSON text. Empty: code saving follows the client's settings.
    flags: '{}',
    entity: caller.entity,
    defaultEntity: () => entityObject(ctx, caller.entity),
    deletedAt: null,
    teams: () => ({ edges: [{ node: entityObject(ctx, caller.entity) }] }),
    apiKeys: async () => ({
      edges: (await deps.store.listKeys(caller.entity)).map((key) => ({ node: keyObject(key) })),
    }),
    organizations: () => [organizationObject(ctx, caller.entity)],
    projects: (page: PageArgs) => entityObject(ctx, caller.entity).projects(page),
  }
}

/** Older clients ask for an upgrade when their version exceeds `max_cli_version`. */
export const serverInfo = {
  features: [
    { name: 'FILESTREAM_GZIP', isEnabled: true },
    { name: 'LARGE_FILENAMES', isEnabled: true },
    { name: 'CLIENT_IDS', isEnabled: true },
    // What it switches in the client is `Sweep.enqueue_run`.
    { name: 'SWEEPS_LOCAL_SCHEDULER', isEnabled: true },
    { name: 'SWEEPS_QUERY_FILTERING', isEnabled: true },
    { name: 'TOTAL_COUNT_IN_FILE_CONNECTION', isEnabled: true },
    { name: 'ARTIFACT_TAGS', isEnabled: true },
    { name: 'ARTIFACT_COLLECTION_MEMBERSHIP_FILES', isEnabled: true },
    { name: 'ARTIFACT_COLLECTIONS_FILTERING_SORTING', isEnabled: true },
    { name: 'ARTIFACT_MEMBERSHIP_IN_LINK_ARTIFACT_RESPONSE', isEnabled: true },
    { name: 'PROJECT_ARTIFACT_COLLECTION_MEMBERSHIP', isEnabled: true },
    { name: 'ARTIFACT_REGISTRY_SEARCH', isEnabled: true },
    { name: 'INCLUDE_ARTIFACT_TYPES_IN_REGISTRY_CREATION', isEnabled: true },
  ],
  cliVersionInfo: { max_cli_version: '99.0.0' },
  latestLocalVersionInfo: null,
  exposesExplicitFailureReason: false,
}

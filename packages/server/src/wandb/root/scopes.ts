import type { KeyScope } from '@chimney/core/schema/key-scope'
import { requireScope } from '../../http/auth/scope.ts'
import type { Caller } from '../graphql/context.ts'
import { refuseUnread } from './unread-fields.ts'

/** Mutations of training code and agents: scope `ingest`. */
const OF_AGENTS: ReadonlySet<string> = new Set([
  'addAliases',
  'agentHeartbeat',
  'commitArtifact',
  'completeMultipartUploadArtifact',
  'createAgent',
  'createArtifact',
  'createArtifactFiles',
  'createArtifactManifest',
  'createRunFiles',
  'deleteAliases',
  'linkArtifact',
  'notifyScriptableRunAlert',
  'rewindRun',
  'updateArtifact',
  'updateArtifactManifest',
  'upsertBucket',
  'upsertModel',
  'useArtifact',
])

/** Like the REST routes of keys: scope `admin`, since a new key could exceed the caller's scope. */
const OF_ADMINS: ReadonlySet<string> = new Set(['deleteApiKey', 'generateApiKey'])

/** Mutations without an entry above need `write`; queries need `read`. */
export const scopeOfMutation = (name: string): KeyScope =>
  OF_ADMINS.has(name) ? 'admin' : OF_AGENTS.has(name) ? 'ingest' : 'write'

type Resolvers = Record<string, (args: never) => unknown>

/** The same mutations, each of which throws unless the key may do it and its input has no refused field. */
export function guarded<M extends Resolvers>(caller: Caller, mutations: M): M {
  const entries = Object.entries(mutations).map(([name, resolve]) => [
    name,
    (args: never) => {
      requireScope(caller, scopeOfMutation(name), `the mutation ${name}`)
      refuseUnread(name, args)
      return resolve(args)
    },
  ])
  return Object.fromEntries(entries) as M
}

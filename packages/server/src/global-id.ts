import { Problem } from '@chimney/core/schema/problem'

export type IdKind =
  | 'Run'
  | 'Sweep'
  | 'Project'
  | 'Agent'
  | 'File'
  | 'Artifact'
  | 'ArtifactManifest'
  | 'ArtifactCollection'

/**
 * Opaque ids of GraphQL objects; they encode the object's key. Standard base64 with padding, because the client decodes ids of artifacts to
 * write them into references. They grant no permission: every resolver checks the entity in them.
 */
export const globalId = (kind: IdKind, ...parts: readonly string[]): string =>
  Buffer.from(JSON.stringify([kind, ...parts])).toString('base64')

/**
 * The parts of an id of this kind and number of parts; earlier versions wrote base64url, which is read too. Throws `Problem('not-found')`
 * for everything else.
 */
export function partsOf(kind: IdKind, count: number, id: string): readonly string[] {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(id, 'base64').toString('utf8'))
  } catch {
    parts = undefined
  }
  if (
    Array.isArray(parts) &&
    parts.length === count + 1 &&
    parts[0] === kind &&
    parts.every((part) => typeof part === 'string')
  )
    return parts.slice(1) as string[]
  throw new Problem('not-found', 'unknown-id', `no ${kind.toLowerCase()} has the id ${id.slice(0, 100)}`)
}

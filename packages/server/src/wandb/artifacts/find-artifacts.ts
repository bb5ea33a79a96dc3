import { type Json, parseJson } from '@chimney/core/schema/json'
import { aliasesOf, artifactId } from '../../artifacts/artifacts.ts'
import { type Collection, collectionId } from '../../artifacts/collections.ts'
import { type Membership, membersOf } from '../../artifacts/memberships.ts'
import type { WandbContext } from '../graphql/context.ts'
import { valueAt } from '../runs/json-path.ts'
import { type Fields, parseFilter } from '../runs/run-filter.ts'
import { runOrder } from '../runs/run-order.ts'

/** A filter and an order as for runs: MongoDB's query language, and a field behind a sign. */
export interface Question {
  readonly filters?: string | null
  readonly order?: string | null
}

/** The members of a collection; the newest version first without an order. */
export async function findMembers(
  ctx: WandbContext,
  collection: Collection,
  question: Question,
): Promise<readonly Membership[]> {
  const members = (await membersOf(ctx, collection)).toReversed()
  return selected(members, question, (member) => memberFields(members, member))
}

/** Those that match, in the order; without one they stay as they are. */
export function selected<T>(
  items: readonly T[],
  { filters, order }: Question,
  fieldsOf: (item: T) => Fields,
): readonly T[] {
  const filter = parseFilter(filters)
  const chosen = items
    .map((item) => ({ item, fields: fieldsOf(item) }))
    .filter(({ fields }) => filter(fields))
  const before = order ? runOrder(order) : undefined
  return (before ? chosen.toSorted((a, b) => before(a.fields, b.fields)) : chosen).map(({ item }) => item)
}

export const memberFields =
  (members: readonly Membership[], { artifact, version, collection, createdAt, uid }: Membership): Fields =>
  (name) => {
    const [head = '', ...rest] = name.split('.')
    switch (head) {
      case 'id':
        return artifactId(artifact)
      case 'version_index':
      case 'versionIndex':
      case 'version':
      case 'index':
        return version
      case 'state':
        return 'COMMITTED'
      case 'name':
        return collection.name
      case 'digest':
        return artifact.digest
      case 'description':
        return artifact.description
      case 'size':
        return artifact.size
      case 'file_count':
      case 'fileCount':
        return artifact.fileCount
      case 'tag':
      case 'tags':
        return artifact.tags
      case 'alias':
      case 'aliases':
        return aliasesOf(members, uid)
      case 'createdAt':
      case 'created_at':
        return new Date(createdAt).toISOString()
      case 'updatedAt':
      case 'updated_at':
        return new Date(artifact.updatedAt ?? artifact.createdAt).toISOString()
      case 'metadata': {
        const metadata: Json = artifact.metadata ? parseJson(artifact.metadata) : {}
        return rest.length === 0 ? metadata : valueAt(metadata, rest.join('.'))
      }
      default:
        return undefined
    }
  }

export const collectionFields =
  (collection: Collection): Fields =>
  (field) => {
    const { name, type, kind, description, tags, createdAt, updatedAt } = collection
    switch (field) {
      case 'artifact_collection_id':
        return collectionId(collection)
      case 'name':
        return name
      case 'type':
      case 'artifact_type':
        return type
      case 'kind':
        return kind
      case 'description':
        return description
      case 'tag':
      case 'tags':
        return tags
      case 'createdAt':
      case 'created_at':
        return new Date(createdAt).toISOString()
      case 'updatedAt':
      case 'updated_at':
        return new Date(updatedAt).toISOString()
      default:
        return undefined
    }
  }

/** Documents of a project that people write: saved views and reports. */
import type { ProjectKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { UnixMs } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { DocumentRecord } from '../store/documents.ts'

export type DocumentDeps = Pick<Deps, 'store' | 'clock' | 'randomId'>

/** More would make lists slow. */
const MAX_DOCUMENTS = 500

/** A kind of documents: its prefix, and what an error calls one. */
export interface Kind {
  readonly prefix: string
  readonly what: 'view' | 'report'
}

export interface Stored<T> {
  /** After the prefix of its kind. */
  readonly name: string
  readonly value: T
  readonly rev: number
  readonly createdAt: UnixMs
  readonly updatedAt: UnixMs
}

type Text<T> = Pick<Stored<T>, 'value' | 'createdAt' | 'updatedAt'>

const read = <T>({ prefix }: Kind, { name, text, rev }: DocumentRecord): Stored<T> => ({
  ...(JSON.parse(text) as Text<T>),
  name: name.slice(prefix.length),
  rev,
})

export const listDocuments = async <T>(
  { store }: Pick<Deps, 'store'>,
  project: ProjectKey,
  kind: Kind,
): Promise<readonly Stored<T>[]> =>
  (await store.listDocuments(project, kind.prefix)).map((record) => read<T>(kind, record))

export async function getDocument<T>(
  { store }: Pick<Deps, 'store'>,
  project: ProjectKey,
  kind: Kind,
  name: string,
): Promise<Stored<T>> {
  const record = await store.getDocument(project, kind.prefix + name)
  if (record) return read(kind, record)
  throw new Problem(
    'not-found',
    `${kind.what}-not-found`,
    `there is no ${kind.what} ${name} in ${project.entity}/${project.project}; list them at GET /v1/${project.entity}/${project.project}/${kind.what}s`,
  )
}

/** Throws `Problem('conflict')` when there is one of this name. */
export async function createDocument<T>(
  deps: DocumentDeps,
  project: ProjectKey,
  kind: Kind,
  name: string,
  value: T,
): Promise<Stored<T>> {
  if ((await deps.store.listDocuments(project, kind.prefix)).length >= MAX_DOCUMENTS)
    throw new Problem(
      'conflict',
      `too-many-${kind.what}s`,
      `${project.entity}/${project.project} has ${MAX_DOCUMENTS} ${kind.what}s, which is the limit; delete some`,
    )
  const now = deps.clock.now()
  const stored = { name, value, rev: 1, createdAt: now, updatedAt: now }
  if (await write(deps, project, kind, stored)) return stored
  throw new Problem(
    'conflict',
    `${kind.what}-exists`,
    `there is a ${kind.what} ${name} already; replace it, or choose another name`,
  )
}

/** Throws `Problem('conflict')` unless the stored one has the revision that the change was made from. */
export async function replaceDocument<T>(
  deps: DocumentDeps,
  project: ProjectKey,
  kind: Kind,
  name: string,
  value: T,
  rev: number,
): Promise<Stored<T>> {
  const before = await getDocument<T>(deps, project, kind, name)
  const next = { ...before, value, rev: rev + 1, updatedAt: deps.clock.now() }
  if (before.rev === rev && (await write(deps, project, kind, next))) return next
  throw new Problem(
    'conflict',
    `${kind.what}-changed`,
    `the ${kind.what} ${name} was changed since revision ${rev}; read it again and repeat the change`,
  )
}

export const deleteDocument = (
  { store }: Pick<Deps, 'store'>,
  project: ProjectKey,
  { prefix }: Kind,
  name: string,
): Promise<void> => store.deleteDocument(project, prefix + name)

const write = <T>(
  { store }: Pick<Deps, 'store'>,
  project: ProjectKey,
  { prefix }: Kind,
  { name, rev, value, createdAt, updatedAt }: Stored<T>,
): Promise<boolean> =>
  store.putDocument(project, {
    name: prefix + name,
    text: JSON.stringify({ value, createdAt, updatedAt } satisfies Text<T>),
    rev,
  })

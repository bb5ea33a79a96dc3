import { createHash } from 'node:crypto'
import type { RunKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../../deps.ts'
import { historyCopiesPrefix, runFilesPrefix } from './run-folders.ts'

const part = (text: string): string => encodeURIComponent(text)

/** The limit of S3, in bytes. */
const MAX_KEY = 1024
const MAX_NAME = 1024
/** Holds files whose encoded names would be too long for a key, each under a hash of its name. */
const LONG = '~long/'

/**
 * Storage key of a run's file; `./` does not count. Throws `Problem('invalid')` for names that leave the run's folder. Of a
 * long name the key is a hash, and `keepFileName` stores the name.
 */
export function runFileKey(key: RunKey, name: string): string {
  const parts = name.split('/').filter((text) => text !== '.')
  if (
    name.length > MAX_NAME ||
    parts.length === 0 ||
    parts.some((text) => text === '' || text === '..') ||
    /[\p{Cc}\p{Cs}]/u.test(name)
  )
    throw new Problem(
      'invalid',
      'invalid-file-name',
      `${JSON.stringify(name.slice(0, 200))} is not a name for a file of a run`,
    )
  const prefix = runFilesPrefix(key)
  const long = prefix + parts.map(part).join('/')
  return long.length <= MAX_KEY && !parts.join('/').startsWith(LONG)
    ? long
    : prefix + LONG + hashOf(parts.join('/'))
}

export function isRunFileName(name: string): boolean {
  try {
    return runFileKey({ entity: '', project: '', run: '' }, name) !== ''
  } catch {
    return false
  }
}

const hashOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 40)
const longNameOf = (run: string, hash: string): string => `run-file/${run}/${hash}`

/** Stores the name of a file whose key has only a hash of it. */
export async function keepFileName(deps: Pick<Deps, 'store'>, run: RunKey, name: string): Promise<void> {
  const key = runFileKey(run, name)
  const hash = key.slice(runFilesPrefix(run).length + LONG.length)
  if (key === runFilesPrefix(run) + LONG + hash)
    await deps.store.putDocument(run, { name: longNameOf(run.run, hash), text: name, rev: 1 })
}

/** Names of stored files by hash. */
async function longNames(deps: Pick<Deps, 'store'>, run: RunKey): Promise<ReadonlyMap<string, string>> {
  const prefix = longNameOf(run.run, '')
  const documents = await deps.store.listDocuments(run, prefix)
  return new Map(documents.map(({ name, text }) => [name.slice(prefix.length), text]))
}

export interface RunFile {
  readonly name: string
  readonly key: string
  readonly size: number
  readonly updatedAt: number
}

/** The files of a run by name, ascending; those of `names` when there are any, and those that match an SQL LIKE pattern. */
export async function listRunFiles(
  deps: Pick<Deps, 'files' | 'store'>,
  run: RunKey,
  question: { readonly names?: readonly string[] | undefined; readonly pattern?: string | null | undefined },
): Promise<readonly RunFile[]> {
  const { names, pattern } = question
  const like = pattern ? likeOf(pattern) : undefined
  if (names && names.length > 0 && !like) {
    const found = await Promise.all(
      names.map(async (name) => {
        const key = runFileKey(run, name)
        const stat = await deps.files.stat(key)
        return stat && { name, key, ...stat }
      }),
    )
    return found.filter((file) => file !== undefined)
  }
  const prefix = runFilesPrefix(run)
  const found = await deps.files.list(prefix)
  const kept = found.some(({ key }) => key.startsWith(prefix + LONG)) ? await longNames(deps, run) : undefined
  const all = found.map(({ key, size, updatedAt }) => ({
    name: nameOf(key.slice(prefix.length), kept),
    key,
    size,
    updatedAt,
  }))
  return all.filter(
    ({ name }) => (!names || names.length === 0 || names.includes(name)) && (!like || like(name)),
  )
}

const nameOf = (path: string, long: ReadonlyMap<string, string> | undefined): string =>
  (path.startsWith(LONG) && long?.get(path.slice(LONG.length))) ||
  path.split('/').map(decodeURIComponent).join('/')

/** SQL LIKE: `%` matches any text, `_` any character. Not a regular expression, which takes exponential time for many `%`. */
export function likeOf(pattern: string): (text: string) => boolean {
  return (text) => {
    let [p, t, star, mark] = [0, 0, -1, 0]
    while (t < text.length) {
      if (p < pattern.length && pattern[p] === '%') {
        star = p++
        mark = t
      } else if (p < pattern.length && (pattern[p] === '_' || pattern[p] === text[t])) {
        p++
        t++
      } else if (star >= 0) {
        p = star + 1
        t = ++mark
      } else return false
    }
    while (pattern[p] === '%') p++
    return p === pattern.length
  }
}

/** Beyond this the digest that the client only shows is not worth reading the bytes. */
const MAX_DIGEST_BYTES = 5_000_000

/** MD5 in base64, which clients compare before they download again; null for large files. */
export async function md5Of(deps: Pick<Deps, 'files'>, file: RunFile): Promise<string | null> {
  if (file.size > MAX_DIGEST_BYTES) return null
  const bytes = await deps.files.get(file.key)
  return bytes ? createHash('md5').update(bytes).digest('base64') : null
}

const TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  jsonl: 'application/jsonl',
  txt: 'text/plain',
  log: 'text/plain',
  yaml: 'text/yaml',
  yml: 'text/yaml',
  py: 'text/x-python',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  svg: 'image/svg+xml',
  csv: 'text/csv',
  html: 'text/html',
}

export const mimeOf = (name: string): string =>
  TYPES[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream'

/** Deletes what a run has uploaded. */
export async function deleteRunFiles(deps: Pick<Deps, 'files' | 'store'>, run: RunKey): Promise<void> {
  for (const prefix of [runFilesPrefix(run), historyCopiesPrefix(run)])
    for (const { key } of await deps.files.list(prefix)) await deps.files.delete(key)
  for (const hash of (await longNames(deps, run)).keys())
    await deps.store.deleteDocument(run, longNameOf(run.run, hash))
}

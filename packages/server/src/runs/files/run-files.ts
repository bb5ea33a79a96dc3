import { createHash } from 'node:crypto'
import type { RunKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../../deps.ts'

const part = (text: string): string => encodeURIComponent(text)

/** Encodes each path segment separately, so that folders stay folders. */
const nameKey = (name: string): string => name.split('/').map(part).join('/')

export const runFilesPrefix = (key: RunKey): string =>
  `runs/${part(key.entity)}/${part(key.project)}/${part(key.run)}/`

/** Storage key of a run's file. Throws `Problem('invalid')` for names that leave the run's folder. */
export function runFileKey(key: RunKey, name: string): string {
  const parts = name.split('/')
  if (
    name.length > 800 ||
    parts.some((text) => text === '' || text === '.' || text === '..') ||
    /\p{Cc}/u.test(name)
  )
    throw new Problem(
      'invalid',
      'invalid-file-name',
      `${JSON.stringify(name.slice(0, 200))} is not a name for a file of a run`,
    )
  return runFilesPrefix(key) + nameKey(name)
}

export interface RunFile {
  readonly name: string
  readonly key: string
  readonly size: number
  readonly updatedAt: number
}

/** The files of a run by name, ascending; those of `names` when there are any, and those that match an SQL LIKE pattern. */
export async function listRunFiles(
  deps: Pick<Deps, 'files'>,
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
  const all = (await deps.files.list(prefix)).map(({ key, size, updatedAt }) => ({
    name: key.slice(prefix.length).split('/').map(decodeURIComponent).join('/'),
    key,
    size,
    updatedAt,
  }))
  return all.filter(
    ({ name }) => (!names || names.length === 0 || names.includes(name)) && (!like || like(name)),
  )
}

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
export async function deleteRunFiles(deps: Pick<Deps, 'files'>, run: RunKey): Promise<void> {
  for (const { key } of await deps.files.list(runFilesPrefix(run))) await deps.files.delete(key)
}

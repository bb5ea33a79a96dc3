import { sep } from 'node:path'
import { partsOf } from './file-key.ts'

/*
 * How a key becomes a path and back. File systems differ from S3 in four ways, and each has its mark:
 * - a name cannot be a folder and a file at once: folders end in `.d`, files in `.f`;
 * - names are short: longer parts go through folders that end in `.m`;
 * - some file systems do not tell `A` from `a`: upper case is written `=a`, which no key contains;
 * - a dot-dot climbs: no name is ever without its mark.
 */
const CHUNK = 100 // up to 200 characters when every one is upper case, below the usual limit of 255

const mark = (part: string): string => part.replace(/[A-Z]/g, (letter) => `=${letter.toLowerCase()}`)
const unmark = (name: string): string =>
  name.replace(/=([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** A relative path for the key's file. Throws as {@link partsOf} does. */
export const diskPath = (key: string): string => {
  const parts = partsOf(key)
  return parts
    .flatMap((part, index) => {
      const chunks = part.match(new RegExp(`.{1,${CHUNK}}`, 'g')) ?? []
      const end = index === parts.length - 1 ? '.f' : '.d'
      return chunks.map((chunk, k) => mark(chunk) + (k === chunks.length - 1 ? end : '.m'))
    })
    .join(sep)
}

/** The key of a file that {@link diskPath} named; undefined for any other path. */
export const keyOfPath = (path: string): string | undefined => {
  const names = path.split(sep)
  if (!names.every((name, k) => name.endsWith(k === names.length - 1 ? '.f' : '.d') || name.endsWith('.m')))
    return undefined
  const key = names.map((name) => unmark(name.slice(0, -2)) + (name.endsWith('.d') ? '/' : '')).join('')
  return names.at(-1)?.endsWith('.f') ? key : undefined
}

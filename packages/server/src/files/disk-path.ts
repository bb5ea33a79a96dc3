import { sep } from 'node:path'
import { partsOf } from './file-key.ts'

/*
 * Converts keys to paths and back. File systems differ from S3 in four ways:
 * - a name is either a folder or a file: folders end in `.d`, files in `.f`;
 * - names have a maximum length: longer parts are split into folders that end in `.m`;
 * - some file systems are case-insensitive: `A` is written `=a`, and no key contains `=`;
 * - `..` is the parent folder: every name has one of the suffixes above.
 */
const CHUNK = 100 // at most 200 characters in upper case; the usual limit is 255

const encodeCase = (part: string): string => part.replace(/[A-Z]/g, (letter) => `=${letter.toLowerCase()}`)
const decodeCase = (name: string): string =>
  name.replace(/=([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** The relative path of the key's file. Throws as {@link partsOf} does. */
export const diskPath = (key: string): string => {
  const parts = partsOf(key)
  return parts
    .flatMap((part, index) => {
      const chunks = part.match(new RegExp(`.{1,${CHUNK}}`, 'g')) ?? []
      const end = index === parts.length - 1 ? '.f' : '.d'
      return chunks.map((chunk, k) => encodeCase(chunk) + (k === chunks.length - 1 ? end : '.m'))
    })
    .join(sep)
}

/** The inverse of {@link diskPath}; undefined for any other path. */
export const keyOfPath = (path: string): string | undefined => {
  const names = path.split(sep)
  if (!names.every((name, k) => name.endsWith(k === names.length - 1 ? '.f' : '.d') || name.endsWith('.m')))
    return undefined
  const key = names.map((name) => decodeCase(name.slice(0, -2)) + (name.endsWith('.d') ? '/' : '')).join('')
  return names.at(-1)?.endsWith('.f') ? key : undefined
}

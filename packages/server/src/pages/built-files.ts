import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

/** A file of the built dashboard, perhaps compressed. */
export interface BuiltFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly encoding?: 'br' | 'gzip'
  /** Quoted, as in the header. */
  readonly etag: string
}

/** Answers a file by its path in the build, as small as the reader takes it; undefined when there is none. */
export type BuiltFiles = (path: string, acceptEncoding: string) => Promise<BuiltFile | undefined>

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}
/** One name, or one folder and a name, of characters that mean nothing to a file system. */
const PATH = /^(?:assets\/)?[\w-]+(?:\.[\w-]+)+$/
/** The build leaves these beside each file that gets smaller by them. */
const ENCODINGS = [
  { encoding: 'br', ending: '.br' },
  { encoding: 'gzip', ending: '.gz' },
] as const

/**
 * Reads the folder of the build. Files that are named after their content are read once; others again each time, so that a
 * new build shows without a restart.
 */
export function builtFiles(folder: string): BuiltFiles {
  const kept = new Map<string, Promise<BuiltFile | undefined>>()
  return (path, acceptEncoding) => {
    const type = TYPES[extname(path)]
    if (!PATH.test(path) || type === undefined) return Promise.resolve(undefined)
    const accepted = ENCODINGS.filter(({ encoding }) => acceptEncoding.includes(encoding))
    if (!path.startsWith('assets/')) return load(folder, path, type, accepted)
    const name = `${path} ${accepted.map(({ encoding }) => encoding)}`
    const known = kept.get(name)
    if (known) return known
    const loading = load(folder, path, type, accepted)
    kept.set(name, loading)
    // What is missing may be there later; and names come from outside, so they are not kept.
    loading.then(
      (file) => file ?? kept.delete(name),
      () => kept.delete(name),
    )
    return loading
  }
}

async function load(
  folder: string,
  path: string,
  type: string,
  accepted: readonly { readonly encoding: 'br' | 'gzip'; readonly ending: string }[],
): Promise<BuiltFile | undefined> {
  for (const { encoding, ending } of accepted) {
    const bytes = await read(join(folder, `${path}${ending}`))
    if (bytes) return { bytes, type, encoding, etag: etagOf(bytes) }
  }
  const bytes = await read(join(folder, path))
  return bytes && { bytes, type, etag: etagOf(bytes) }
}

const etagOf = (bytes: Uint8Array): string =>
  `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`

async function read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EISDIR') return undefined
    throw error
  }
}

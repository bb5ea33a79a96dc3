import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

/** A file of the built dashboard, possibly compressed. */
export interface BuiltFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly encoding?: 'br' | 'gzip'
  /** Quoted, as in the header. */
  readonly etag: string
}

/** Returns a file by its path in the build, in the best accepted encoding; undefined when it does not exist. */
export type BuiltFiles = (path: string, acceptEncoding: string) => Promise<BuiltFile | undefined>

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}
/** A name, or the folder and a name, without `..` or other special characters of file systems. */
const PATH = /^(?:assets\/)?[\w-]+(?:\.[\w-]+)+$/
/** The build writes these variants beside each file that they make smaller. */
const ENCODINGS = [
  { encoding: 'br', extension: '.br' },
  { encoding: 'gzip', extension: '.gz' },
] as const

/**
 * Reads the folder of the build. Files named by their content hash are read once; others with each request, so that a new build
 * takes effect without a restart.
 */
export function builtFiles(folder: string): BuiltFiles {
  const cache = new Map<string, Promise<BuiltFile | undefined>>()
  return (path, acceptEncoding) => {
    const type = TYPES[extname(path)]
    if (!PATH.test(path) || type === undefined) return Promise.resolve(undefined)
    const accepted = ENCODINGS.filter(({ encoding }) => acceptEncoding.includes(encoding))
    if (!path.startsWith('assets/')) return load(folder, path, type, accepted)
    const name = `${path} ${accepted.map(({ encoding }) => encoding)}`
    const cached = cache.get(name)
    if (cached) return cached
    const loading = load(folder, path, type, accepted)
    cache.set(name, loading)
    // Missing files may appear later, and caching names from requests would be unbounded.
    loading.then(
      (file) => file ?? cache.delete(name),
      () => cache.delete(name),
    )
    return loading
  }
}

async function load(
  folder: string,
  path: string,
  type: string,
  accepted: readonly { readonly encoding: 'br' | 'gzip'; readonly extension: string }[],
): Promise<BuiltFile | undefined> {
  for (const { encoding, extension } of accepted) {
    const bytes = await read(join(folder, `${path}${extension}`))
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

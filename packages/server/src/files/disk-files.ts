import { createHash, type Hash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Problem } from '@chimney/core/schema/problem'
import type { Clock } from '../clock.ts'
import { incompleteBody } from '../incomplete-body.ts'
import { diskPath, keyOfPath } from './disk-path.ts'
import { badParts } from './file-key.ts'
import type { Files, UploadedPart } from './files.ts'
import { sign } from './signed-url.ts'

export interface DiskFilesOptions {
  /** Exists, and holds nothing else. */
  readonly folder: string
  /** URL of `disk-routes`, without a trailing slash: `http://127.0.0.1:8787/storage`. */
  readonly baseUrl: string
  /** Signs the URLs. */
  readonly secret: string
  readonly clock: Clock
}

/** Ends the name of a file that is being written. */
const DRAFT = '.draft'

/** {@link Files} in a folder, with streams for `disk-routes`. */
export interface DiskFiles extends Files {
  /**
   * As `put`, from a stream. More than `maxBytes` throw `Problem('too-large')`, another MD5 than
   * `md5` (in base64) throws `Problem('invalid')`; both store nothing. Returns the MD5 in hex.
   */
  putStream(
    key: string,
    body: ReadableStream<Uint8Array>,
    limits: { readonly maxBytes: number; readonly md5: string | undefined },
  ): Promise<string>
  /** As `get`, as a stream; of a range, whose ends are inclusive, when there is one. */
  getStream(
    key: string,
    range?: ByteRange,
  ): Promise<{ size: number; body: ReadableStream<Uint8Array> } | undefined>
}

export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * Files in a folder, for the local cloud. A file is written to a draft and then renamed, so that readers see the old or the new
 * bytes, never a part. Content types are not stored.
 */
export const diskFiles = ({ folder, baseUrl, secret, clock }: DiskFilesOptions): DiskFiles => {
  const pathOf = (key: string) => join(folder, diskPath(key))

  const write = async (key: string, fill: (path: string) => Promise<void>): Promise<void> => {
    const path = pathOf(key)
    const draft = join(folder, `${randomUUID()}${DRAFT}`)
    try {
      await fill(draft)
      await mkdir(dirname(path), { recursive: true })
      await rename(draft, path)
    } catch (error) {
      await rm(draft, { force: true })
      throw diskProblem(error, folder)
    }
  }

  const url = (method: 'GET' | 'PUT', key: string, seconds: number): string => {
    diskPath(key) // throws for an invalid key
    const until = clock.now() + seconds * 1000
    return `${baseUrl}/${encodeURI(key)}?until=${until}&token=${sign(secret, { method, key, until })}`
  }

  /** Joining gigabytes takes longer than a client waits: its repeated request waits for the first one. */
  const joining = new Map<string, Promise<void>>()
  const joinParts = async (key: string, upload: string, parts: readonly UploadedPart[]): Promise<void> => {
    const paths = parts.map(({ part }) => pathOf(partKey(upload, part)))
    for (const path of paths) if (!(await ifFound(() => stat(path)))) throw badParts()
    await write(key, async (draft) => {
      for (const path of paths)
        await pipeline(createReadStream(path), createWriteStream(draft, { flags: 'a' }))
    })
    await Promise.all(paths.map((path) => rm(path, { force: true })))
  }

  return {
    put: (key, bytes) =>
      write(key, async (draft) => {
        const file = await open(draft, 'wx')
        await file.writeFile(bytes).finally(() => file.close())
      }),
    putStream: async (key, body, { maxBytes, md5 }) => {
      const hash = createHash('md5')
      let digest = Buffer.alloc(0)
      await write(key, async (draft) => {
        await pipeline(received(body), atMost(maxBytes, hash), createWriteStream(draft, { flags: 'wx' }))
        digest = hash.digest()
        if (md5 !== undefined && digest.toString('base64') !== md5) throw badDigest()
      })
      return digest.toString('hex')
    },
    get: (key) => ifFound(() => readFile(pathOf(key))),
    getStream: (key, range) =>
      ifFound(async () => {
        const file = await open(pathOf(key), 'r')
        const { size } = await file.stat()
        const body = Readable.toWeb(file.createReadStream(range)) as ReadableStream<Uint8Array>
        return { size, body }
      }),
    stat: (key) =>
      ifFound(async () => {
        const { size, mtimeMs } = await stat(pathOf(key))
        return { size, updatedAt: Math.floor(mtimeMs) }
      }),
    delete: async (key) => rm(pathOf(key), { force: true }),
    list: async (prefix) => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true })
      const found: { key: string; size: number; updatedAt: number }[] = []
      for (const entry of entries) {
        const path = join(entry.parentPath, entry.name)
        const key = entry.isFile() ? keyOfPath(path.slice(folder.length + 1)) : undefined
        if (!key?.startsWith(prefix)) continue
        const info = await ifFound(() => stat(path)) // it may have been deleted since the listing
        if (info) found.push({ key, size: info.size, updatedAt: Math.floor(info.mtimeMs) })
      }
      return found.sort((a, b) => (a.key < b.key ? -1 : 1))
    },
    uploadUrl: async (key, seconds) => url('PUT', key, seconds),
    downloadUrl: async (key, seconds) => url('GET', key, seconds),
    startParts: async () => randomUUID(),
    partUrl: async (_key, upload, part, seconds) => url('PUT', partKey(upload, part), seconds),
    endParts: (key, upload, parts) => {
      const joined =
        joining.get(upload) ?? joinParts(key, upload, parts).finally(() => joining.delete(upload))
      joining.set(upload, joined)
      return joined
    },
  }
}

/** A part is a separate file until the upload ends. */
const partKey = (upload: string, part: number): string => `${PARTS}/${upload}/${part}`
const PARTS = '~parts'

/** The error code of the operating system, and what it means for the folder. */
const DISK_FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EDQUOT: 'the disk quota of this user is used up',
  ENOSPC: 'its disk is full',
  EPERM: 'this user may not write there',
  EROFS: 'it is on a read-only file system',
}

function diskProblem(error: unknown, folder: string): unknown {
  const { code = '' } = error as NodeJS.ErrnoException
  const fault = Object.hasOwn(DISK_FAULTS, code) ? DISK_FAULTS[code] : undefined
  if (fault === undefined) return error
  return new Problem(
    'retryable',
    'data-folder-not-writable',
    `the data folder ${folder} cannot be written: ${fault} (${code}); send the same request again once that is repaired`,
    { retryAfter: 5, cause: error },
  )
}

/** An upload in parts that has not ended after so long is given up, as in S3; its URLs have expired long before. */
const PARTS_MS = 7 * 24 * 3_600_000

/** Deletes what interrupted uploads have left in a folder that no other process uses. */
export async function removeDrafts(folder: string, clock: Clock): Promise<void> {
  for (const name of await readdir(folder))
    if (name.endsWith(DRAFT)) await rm(join(folder, name), { force: true })
  const uploads = join(folder, `${PARTS}.d`)
  for (const name of (await ifFound(() => readdir(uploads))) ?? []) {
    const upload = join(uploads, name)
    if ((await stat(upload)).mtimeMs < clock.now() - PARTS_MS)
      await rm(upload, { recursive: true, force: true })
  }
}

const ifFound = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function* received(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body as ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>
  } catch (cause) {
    throw incompleteBody(cause)
  }
}

const badDigest = (): Problem =>
  new Problem('invalid', 'bad-digest', 'The content differs from its Content-MD5; send it again.')

const atMost = (maxBytes: number, hash: Hash): Transform => {
  let size = 0
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      size += chunk.byteLength
      if (size > maxBytes)
        done(
          new Problem(
            'too-large',
            'file-too-large',
            `The file has more than ${maxBytes} bytes; upload a smaller one.`,
          ),
        )
      else {
        hash.update(chunk)
        done(null, chunk)
      }
    },
  })
}

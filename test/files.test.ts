import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { startSqs } from '@chimney/local/queues/embedded-sqs'
import { diskFiles, removeDrafts } from '@chimney/server/files/disk-files'
import { diskPath, keyOfPath } from '@chimney/server/files/disk-path'
import { diskRoutes } from '@chimney/server/files/disk-routes'
import { s3Client, s3Files } from '@chimney/server/files/s3-files'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FilesPlace, filesSuite } from './suites/files.suite.ts'

let server: Awaited<ReturnType<typeof startSqs>>
let root: string
beforeAll(async () => {
  server = await startSqs()
  root = await mkdtemp(join(tmpdir(), 'chimney-files-'))
})
afterAll(async () => {
  await server.stop()
  await rm(root, { recursive: true })
})

const secret = 'a secret of this test'
const diskPlace = async (maxBytes = 6_000_000) => {
  const folder = await mkdtemp(join(root, 'f-'))
  let now = 1_000_000
  const clock = { now: () => now }
  const files = diskFiles({ folder, baseUrl: 'http://chimney.test/storage', secret, clock })
  const app = diskRoutes({ files, secret, clock, maxBytes })
  const fetch: FilesPlace['fetch'] = async (url, init) => app.request(url, init)
  const wait = (ms: number) => {
    now += ms
  }
  return { files, fetch, folder, wait }
}

filesSuite('a disk', () => diskPlace())

let buckets = 0
filesSuite("fauxqs' S3", async () => {
  const client = s3Client(server.endpoint)
  const bucket = `bucket-${++buckets}`
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  return { files: s3Files({ client, bucket }), fetch: globalThis.fetch }
})

it('what an interrupted upload has left is removed, and nothing else', async () => {
  const { files, folder } = await diskPlace()
  await files.put('a/b', new TextEncoder().encode('mine'))
  await writeFile(join(folder, 'f3a1.draft'), 'half')
  const upload = await files.startParts('a/big')
  await mkdir(join(folder, '~parts.d', `${upload}.d`), { recursive: true })
  await removeDrafts(folder, { now: Date.now })
  expect(await readdir(folder)).toEqual(['a.d', '~parts.d'])
  // An upload in parts may be continued for a week.
  await removeDrafts(folder, { now: () => Date.now() + 8 * 24 * 3_600_000 })
  expect(await readdir(join(folder, '~parts.d'))).toEqual([])
})

describe('disk routes', () => {
  it('permit one method on one key, until they expire', async () => {
    const { files, fetch, wait } = await diskPlace()
    await files.put('a/b', new TextEncoder().encode('mine'))
    await files.put('a/c', new TextEncoder().encode('other'))
    const url = await files.downloadUrl('a/b', 60)
    const answer = await fetch(url)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-disposition')).toBe('attachment') // never a page of this origin
    const head = await fetch(url, { method: 'HEAD' })
    expect(head.status).toBe(200)
    for (const header of ['content-length', 'content-type', 'etag', 'last-modified', 'accept-ranges'])
      expect(head.headers.get(header)).toBe(answer.headers.get(header))
    expect([head.headers.get('content-length'), head.headers.get('etag'), await head.text()]).toEqual([
      '4',
      expect.stringMatching(/^"[^"]+"$/),
      '',
    ])
    const upload = await files.uploadUrl('a/b', 60)
    const refused = [
      [url, { method: 'PUT', body: 'theirs' }],
      [upload, {}],
      [url.replace('a/b', 'a/c'), {}],
      [url.replace(/until=\d+/, 'until=9999999999999'), {}],
      [url.replace(/token=.*/, 'token='), {}],
      [url.split('?')[0]!, {}],
      ['http://chimney.test/storage/%E0%A4%A', {}],
      ['http://chimney.test/storage/', {}],
    ] as const
    for (const [given, init] of refused) expect((await fetch(given, init)).status).toBe(403)
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(405)
    wait(59_999)
    expect((await fetch(url)).status).toBe(200)
    wait(1)
    expect((await fetch(url)).status).toBe(403)
    expect(new TextDecoder().decode(await files.get('a/b'))).toBe('mine')
  })

  it('refuse a body that is too large, and leave no file behind', async () => {
    const { files, fetch, folder } = await diskPlace(10)
    const answer = await fetch(await files.uploadUrl('a', 60), { method: 'PUT', body: 'x'.repeat(11) })
    expect(answer.status).toBe(413)
    expect(await files.get('a')).toBeUndefined()
    expect(await readdir(folder)).toEqual([])
    expect(
      (await fetch(await files.uploadUrl('a', 60), { method: 'PUT', body: 'x'.repeat(10) })).status,
    ).toBe(200)
  })

  it('return 404 for a deleted file', async () => {
    const { files, fetch } = await diskPlace()
    expect((await fetch(await files.downloadUrl('gone', 60))).status).toBe(404)
  })
})

describe('disk paths', () => {
  it('map back to the key, stay in the folder, and differ on case-insensitive file systems', () => {
    const part = fc
      .stringMatching(/^[A-Za-z0-9\-_.!~*'()%]{1,250}$/)
      .filter((text) => text !== '.' && text !== '..')
    const key = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
    fc.assert(
      fc.property(key, key, (a, b) => {
        const path = diskPath(a)
        expect(keyOfPath(path)).toBe(a)
        expect(path.split('/').every((name) => name.length <= 255 && !/^\.*$/.test(name))).toBe(true)
        if (a !== b) expect(path.toLowerCase()).not.toBe(diskPath(b).toLowerCase())
      }),
    )
  })
})

import { Problem } from '@chimney/core/schema/problem'
import type { Files } from '@chimney/server/files/files'
import { describe, expect, it } from 'vitest'

export interface FilesPlace {
  /** Empty. */
  readonly files: Files
  /** Reaches the URLs that the files hand out. */
  readonly fetch: (url: string, init?: RequestInit) => Promise<Response>
}

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (content: Uint8Array | undefined) => (content ? new TextDecoder().decode(content) : undefined)

/** What every file store must promise. */
export const filesSuite = (name: string, place: () => Promise<FilesPlace>) =>
  describe(`files on ${name}`, () => {
    it('gives back the bytes that were put, whatever they are', async () => {
      const { files } = await place()
      const all = Uint8Array.from({ length: 70_000 }, (_, k) => k % 256)
      await files.put('acme/digits/r1/all.bin', all, 'application/octet-stream')
      expect(await files.get('acme/digits/r1/all.bin')).toEqual(expect.objectContaining({ length: 70_000 }))
      expect(Buffer.from((await files.get('acme/digits/r1/all.bin')) ?? []).equals(all)).toBe(true)
      await files.put('empty', new Uint8Array())
      expect(await files.stat('empty')).toMatchObject({ size: 0 })
    })

    it('replaces what was there', async () => {
      const { files } = await place()
      await files.put('a', bytes('first, and longer'))
      await files.put('a', bytes('second'))
      expect(text(await files.get('a'))).toBe('second')
      expect(await files.stat('a')).toEqual({ size: 6, updatedAt: expect.any(Number) })
    })

    it('answers undefined for what is not there', async () => {
      const { files } = await place()
      await files.put('a/b', bytes('x'))
      for (const key of ['nothing', 'a', 'a/b/c']) {
        expect(await files.get(key)).toBeUndefined()
        expect(await files.stat(key)).toBeUndefined()
      }
    })

    it('deletes, also twice', async () => {
      const { files } = await place()
      await files.put('a', bytes('x'))
      await files.delete('a')
      await files.delete('a')
      expect(await files.get('a')).toBeUndefined()
    })

    it('keeps keys apart that a file system would mix up', async () => {
      const { files } = await place()
      const keys = [
        'a',
        'A',
        'a/b',
        'a.d/b',
        'a.f',
        '=a'.replace('=', '%3D'),
        `${'x'.repeat(99)}Y${'z'.repeat(300)}/q`,
        'a%2Fb',
        '...',
        '~',
      ]
      for (const key of keys) await files.put(key, bytes(key))
      for (const key of keys) expect(text(await files.get(key))).toBe(key)
      expect((await files.list('')).map(({ key }) => key)).toEqual([...keys].sort())
    })

    it('lists by prefix, which may end within a part', async () => {
      const { files } = await place()
      for (const key of ['acme/r1/a', 'acme/r1/b/c', 'acme/r10/a', 'other/r1/a'])
        await files.put(key, bytes(key))
      expect((await files.list('acme/r1/')).map(({ key }) => key)).toEqual(['acme/r1/a', 'acme/r1/b/c'])
      expect((await files.list('acme/r1')).map(({ key }) => key)).toEqual([
        'acme/r1/a',
        'acme/r1/b/c',
        'acme/r10/a',
      ])
      expect(await files.list('unknown/')).toEqual([])
    })

    it.each([
      '',
      '/',
      '../x',
      'a/../../x',
      'a//b',
      'a/',
      './a',
      'a b',
      'a\\b',
      'a\0b',
      'é',
      'a'.repeat(1025),
    ])('refuses the key %j', async (key) => {
      const { files } = await place()
      const uses = [
        () => files.put(key, bytes('x')),
        () => files.get(key),
        () => files.delete(key),
        () => files.uploadUrl(key, 60),
      ]
      for (const use of uses) await expect((async () => use())()).rejects.toThrow(Problem)
    })

    it('takes an upload and gives a download by URL', async () => {
      const { files, fetch } = await place()
      const key = "acme/r1/media/a%2Fb (1)!~*'.png".replace(' ', '%20')
      const put = await fetch(await files.uploadUrl(key, 60), { method: 'PUT', body: 'hello' })
      expect(put.status).toBe(200)
      expect(text(await files.get(key))).toBe('hello')
      const got = await fetch(await files.downloadUrl(key, 60))
      expect(got.status).toBe(200)
      expect(await got.text()).toBe('hello')
    })

    it('makes a file of parts in their order, each once', async () => {
      const { files, fetch } = await place()
      // S3 takes parts below 5 MiB only at the end.
      const parts = ['a'.repeat(5 * 2 ** 20), 'tail']
      const upload = await files.startParts('acme/big')
      const done = []
      for (const [i, body] of parts.entries()) {
        const answer = await fetch(await files.partUrl('acme/big', upload, i + 1, 60), {
          method: 'PUT',
          body,
        })
        expect(answer.status).toBe(200)
        done.push({ part: i + 1, etag: answer.headers.get('etag') ?? '' })
      }
      const missing = files.endParts('acme/big', upload, [...done, { part: 3, etag: '"none"' }])
      await expect(missing).rejects.toMatchObject({ code: 'bad-parts' })
      expect(await files.stat('acme/big')).toBeUndefined()
      await files.endParts('acme/big', upload, done)
      expect(text(await files.get('acme/big'))).toBe(parts.join(''))
      await expect(files.endParts('acme/big', upload, done)).rejects.toMatchObject({ code: 'bad-parts' })
    })

    it('downloads a range of a file, and its size without the file', async () => {
      const { files, fetch } = await place()
      await files.put('digits', bytes('0123456789'))
      const url = await files.downloadUrl('digits', 60)
      const range = async (Range: string) => {
        const answer = await fetch(url, { headers: { Range } })
        return [answer.status, answer.headers.get('content-range'), await answer.text()]
      }
      expect(await range('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234'])
      expect(await range('bytes=8-')).toEqual([206, 'bytes 8-9/10', '89'])
      expect(await range('bytes=8-99')).toEqual([206, 'bytes 8-9/10', '89'])
      expect((await range('bytes=10-'))[0]).toBe(416)
    })
  })

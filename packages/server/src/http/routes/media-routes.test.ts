import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusesOtherKeys } from '../keys.suite.ts'
import { PROJECT, SWEEP, type TestApp, testApp } from '../test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
  await app.call('POST', `${PROJECT}/runs`, { body: { id: 'r1' } })
})
afterAll(() => app.stop())

const RUN = `${PROJECT}/runs/r1`
const image = (path: string) => ({ _type: 'image-file', path })
const get = async (path: string) => (await app.call('GET', path)).body
const log = (run: string, points: readonly object[], attempt = 1) =>
  app.call('POST', `${PROJECT}/runs/${run}/metrics`, { body: { points, attempt } })

describe('media of a run', () => {
  it('lists the keys with the steps of each, and gives the values of a range', async () => {
    expect(await get(`${RUN}/media-keys`)).toEqual({ items: [] })
    await log('r1', [
      { step: 0, values: { loss: 1 } },
      { step: 5, values: { loss: 1, a: image('a5.png'), deep: { b: image('b5.png'), n: 1 } } },
      { step: 400, values: { a: image('a400.png'), h: { _type: 'histogram', values: [1], bins: [0, 1] } } },
    ])
    expect(await get(`${RUN}/media-keys`)).toEqual({
      items: [
        { key: 'a', types: ['image-file'], steps: [5, 400], indices: [5, 400] },
        { key: 'deep.b', types: ['image-file'], steps: [5], indices: [5] },
        { key: 'h', types: ['histogram'], steps: [400], indices: [400] },
      ],
    })
    expect(await get(`${RUN}/media?keys=a&from=6`)).toEqual({
      items: [{ _step: 400, _timestamp: expect.any(Number), a: image('a400.png') }],
    })
    expect((await get(`${RUN}/metrics?keys=a`)).items).toHaveLength(2)
  })

  it('has the charts of the W&B client', async () => {
    const key = { entity: 'acme', project: 'digits', run: 'r1' }
    const found = await app.deps.store.getRun(key)
    const extra = JSON.stringify({ wandb: { visualize: { roc: { panel_type: 'Vega2' } } } })
    expect(await app.deps.store.replaceRun({ ...found!.record, extra, rev: found!.record.rev + 1 })).toBe(
      true,
    )
    expect((await get(`${RUN}/media-keys`)).charts).toEqual({ roc: { panel_type: 'Vega2' } })
  })

  it('pages', async () => {
    await app.call('POST', `${PROJECT}/runs`, { body: { id: 'long' } })
    await log(
      'long',
      Array.from({ length: 40 }, (_, i) => ({ step: i * 700, values: { x: image(`${i}.png`) } })),
    )
    const [first, steps] = [await get(`${PROJECT}/runs/long/media-keys?limit=25`), [] as number[]]
    for (let page = first; ; ) {
      steps.push(...page.items[0].steps)
      if (page.next_cursor === undefined) break
      page = await get(`${PROJECT}/runs/long/media-keys?limit=25&cursor=${page.next_cursor}`)
    }
    expect(first.items[0].steps).toHaveLength(25)
    expect(steps).toEqual(Array.from({ length: 40 }, (_, i) => i * 700))
  })

  it('reads media that were stored with the other values alone', async () => {
    await app.call('POST', `${PROJECT}/runs`, { body: { id: 'old' } })
    const old = { entity: 'acme', project: 'digits', run: 'old' }
    await log('old', [{ step: 3, values: { x: image('x.png'), loss: 1 } }])
    const metrics = await app.deps.store.listChunks(old, 'metrics')
    expect(metrics).toHaveLength(1)
    const deps = {
      store: {
        ...app.deps.store,
        listChunks: async (_: unknown, series: string) => (series === 'media' ? [] : metrics),
      },
    }
    const { readMedia } = await import('../../runs/history/read-media.ts')
    const found = await readMedia(deps as never, old, { from: 0, to: 10, limit: 5 })
    expect(found?.rows.map(({ values }) => values)).toEqual([{ x: image('x.png') }])
  })

  it('reads a small part of a long history', async () => {
    await app.call('POST', `${PROJECT}/runs`, { body: { id: 'wide' } })
    for (let i = 0; i < 20; i++)
      await log(
        'wide',
        Array.from({ length: 500 }, (_, k) => ({
          step: i * 500 + k,
          values: { loss: Math.sin(i * k), ...(k === 0 && { x: image(`${i}.png`) }) },
        })),
      )
    const bytes: number[] = []
    const { listChunks } = app.deps.store
    const store = {
      ...app.deps.store,
      listChunks: async (...args: Parameters<typeof listChunks>) => {
        const chunks = await listChunks(...args)
        bytes.push(JSON.stringify(chunks).length)
        return chunks
      },
    }
    const { readMedia } = await import('../../runs/history/read-media.ts')
    const wide = { entity: 'acme', project: 'digits', run: 'wide' }
    expect((await readMedia({ store }, wide, { from: 0, to: 1e6, limit: 100 }))?.rows).toHaveLength(20)
    const all = JSON.stringify(await listChunks(wide, 'metrics')).length
    expect(bytes.reduce((a, b) => a + b)).toBeLessThan(all / 100)
  })
})

describe('files', () => {
  it('have addresses by name', async () => {
    const { items } = await get(`${RUN}/file-urls?name=media/a%20b.png&name=c.json`)
    expect(items).toEqual([
      { name: 'media/a b.png', url: expect.stringContaining('a%20b.png') },
      { name: 'c.json', url: expect.stringContaining('c.json') },
    ])
    expect((await get(`${RUN}/file-urls?name=../x`)).code).toBe('invalid-file-name')
    const many = Array.from({ length: 101 }, (_, i) => `name=${i}`).join('&')
    expect((await get(`${RUN}/file-urls?${many}`)).code).toBe('too-many-names')
  })

  describe('of artifacts', () => {
    const project = { entity: 'acme', project: 'digits' }
    const idOf = (name: string) =>
      Buffer.from(JSON.stringify(['Artifact', 'acme', 'digits', name, 'u1'])).toString('base64')
    const hexOf = (name: string) => Buffer.from(idOf(name)).toString('hex')
    /** An artifact of a run, and its address as the client writes it. */
    async function logArtifact(name: string, run: string, contents: object): Promise<string> {
      const manifest = `artifacts/acme/manifests/u1/${name}`
      await app.deps.files.put(manifest, new TextEncoder().encode(JSON.stringify({ contents })))
      const text = JSON.stringify({ ...project, collection: name, uid: 'u1', run, manifest, version: 0 })
      await app.deps.store.putDocument(project, { name: `artifact/${name}/u1`, text, rev: 1 })
      const hash = createHash('sha256').update(name).digest('hex').slice(0, 32)
      await app.deps.store.putDocument(
        { ...project, project: '~' },
        { name: `artifact-client/${hash}`, text: idOf(name), rev: 1 },
      )
      return `wandb-client-artifact://${name}/`
    }
    const urls = async (names: readonly string[], sent = {}) => {
      const query = new URLSearchParams(names.map((name) => ['name', name]))
      const { body } = await app.call('GET', `${RUN}/file-urls?${query}`, sent)
      return (body.items as { name: string; url: string | null }[]).map(({ name, url }) => [
        name,
        url === null ? null : /blobs\/(\w+)/.exec(url)![1],
      ])
    }
    const digest = Buffer.from('0123456789abcdef0123456789abcdef', 'hex').toString('base64')
    const blob = '0123456789abcdef0123456789abcdef'

    it('have addresses by what the client logs, folders and references too', async () => {
      const own = await logArtifact('own', 'r1', {
        't.table.json': { digest, size: 1 },
        'parts/a': { digest, size: 1 },
        'parts/b': { digest, size: 1 },
        again: {
          digest,
          size: 0,
          ref: `wandb-artifact://${Buffer.from(idOf('base'), 'base64').toString('hex')}/x`,
        },
      })
      await logArtifact('base', 'r0', { x: { digest, size: 1 } })
      const names = [
        `${own}t.table.json`,
        `${own}none`,
        `${own}parts/`,
        `${own}again`,
        'wandb-client-artifact://no/x',
      ]
      expect(await urls(names)).toEqual([
        [`${own}t.table.json`, blob],
        [`${own}none`, null],
        [`${own}parts/a`, blob],
        [`${own}parts/b`, blob],
        [`${own}again`, blob],
        ['wandb-client-artifact://no/x', null],
      ])
      for (const name of [`wandb-artifact://${hexOf('x')}/x`, 'wandb-artifact://zz/x', 'wandb-what://x'])
        expect(await urls([name])).toEqual([[name, null]])
    })

    it('are read by a share link when the run has logged them', async () => {
      const { id } = (await app.call('POST', `${PROJECT}/sweeps`, { text: SWEEP })).body
      const run = (await app.call('POST', `${PROJECT}/sweeps/${id}/trials`, { body: {} })).body.trials[0].run
      const { url } = (await app.call('POST', `${PROJECT}/sweeps/${id}/share`)).body
      const visitor = { key: null, headers: { 'Chimney-Share': new URL(url).hash.replace('#share=', '') } }
      const address = await logArtifact('trial', run, { 'media/a.png': { digest, size: 1 } })
      const other = await logArtifact('other', 'r1', { 'media/a.png': { digest, size: 1 } })
      const query = new URLSearchParams([address, other].map((each) => ['name', `${each}media/a.png`]))
      const { body } = await app.call('GET', `${PROJECT}/runs/${run}/file-urls?${query}`, visitor)
      expect(body.items.map((item: { url: string | null }) => item.url !== null)).toEqual([true, false])
    })
  })

  it('keys with commas are asked for one by one', async () => {
    await log('r1', [{ step: 900, values: { 'a, b': image('ab.png'), c: image('c.png') } }])
    const path = `${RUN}/media?from=900&key=${encodeURIComponent('a, b')}`
    expect(Object.keys((await get(path)).items[0]).filter((name) => !name.startsWith('_'))).toEqual(['a, b'])
  })

  it('HTML is served without an origin', async () => {
    await app.deps.files.put('runs/acme/digits/r1/media/x.html', new TextEncoder().encode('<b>x</b>'))
    const { status, headers, text } = await app.call('GET', `${RUN}/html?name=media/x.html`)
    expect([status, text]).toEqual([200, '<b>x</b>'])
    expect(headers.get('content-security-policy')).toMatch(/^sandbox allow-scripts; default-src 'none'/)
    expect((await app.call('GET', `${RUN}/html?name=none.html`)).status).toBe(404)
  })
})

describe('refuses', () => {
  it.each(['media-keys', 'media', 'file-urls?name=a', 'html?name=a'])('%s of a missing run', async (path) => {
    expect((await app.call('GET', `${PROJECT}/runs/none/${path}`)).status).toBe(404)
  })
})

describe('access', () => refusesOtherKeys(() => app, 'GET', `${RUN}/media`))

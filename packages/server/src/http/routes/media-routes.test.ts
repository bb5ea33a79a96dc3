import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusesOtherKeys } from '../keys.suite.ts'
import { PROJECT, type TestApp, testApp } from '../test-app.ts'

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

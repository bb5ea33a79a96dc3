import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusesOtherKeys } from '../keys.suite.ts'
import { PROJECT, type TestApp, testApp } from '../test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp({ maxBodyBytes: 100_000, maxDecodedBytes: 200_000 })
})
afterAll(() => app.stop())

const start = async () => `${PROJECT}/runs/${(await app.call('POST', `${PROJECT}/runs`)).body.id}/metrics`
const points = (...steps: number[]) => ({
  points: steps.map((step) => ({ step, values: { loss: 1 / (step + 1), step } })),
})
const stepsOf = (response: { body: { items: { _step: number }[] } }) =>
  response.body.items.map((row) => row._step)

describe('works', () => {
  it('stores points and returns them by step', async () => {
    const path = await start()
    const body = {
      points: [
        { step: 2, values: { loss: 0.25 }, at: '2030-01-01T00:00:02Z' },
        { step: 1, values: { loss: 0.5, note: 'x' }, at: 1893456001.5 },
        { step: 3, values: { loss: 0.125 } },
      ],
    }
    expect((await app.call('POST', path, { body })).body).toEqual({ accepted: 3, stop: false })
    expect((await app.call('GET', path)).body).toEqual({
      items: [
        { _step: 1, _timestamp: 1893456001.5, loss: 0.5, note: 'x' },
        { _step: 2, _timestamp: 1893456002, loss: 0.25 },
        { _step: 3, _timestamp: 1893456000, loss: 0.125 },
      ],
    })
  })

  it('shows the latest values in the summary of the run', async () => {
    const path = await start()
    await app.call('POST', path, { body: points(1, 2) })
    expect((await app.call('GET', path.replace('/metrics', ''))).body.summary).toMatchObject({
      loss: 1 / 3,
      step: 2,
    })
  })

  it('stores NaN, infinities, text, huge integers and nested values unchanged', async () => {
    const path = await start()
    const text =
      '{"points":[{"step":0.0,"values":{"a":NaN,"b":-Infinity,"c":"x","d":123456789012345678901,"e":{"f":[1.0,null]},"g":true}}]}'
    expect((await app.call('POST', path, { text })).status).toBe(200)
    expect((await app.call('GET', path)).body.items).toEqual([
      {
        _step: 0,
        _timestamp: expect.any(Number),
        a: 'NaN',
        b: '-Infinity',
        c: 'x',
        d: 123456789012345680000,
        e: { f: [1, null] },
        g: true,
      },
    ])
  })

  it('merges points of the same step into one row', async () => {
    const path = await start()
    await app.call('POST', path, {
      body: {
        points: [
          { step: 1, values: { a: 1, b: 1 } },
          { step: 1, values: { b: 2 } },
        ],
      },
    })
    app.clock.advance(1)
    await app.call('POST', path, { body: { points: [{ step: 1, values: { c: 3 } }] } })
    expect((await app.call('GET', path)).body.items).toMatchObject([{ _step: 1, a: 1, b: 2, c: 3 }])
  })

  it('does not let a metric replace the step or the time of its row', async () => {
    const path = await start()
    await app.call('POST', path, {
      body: { points: [{ step: 4, values: { _step: 9, _timestamp: 9, a: 1 } }] },
    })
    expect((await app.call('GET', path)).body.items).toMatchObject([
      { _step: 4, _timestamp: expect.any(Number), a: 1 },
    ])
  })

  it('accepts a gzip body', async () => {
    const path = await start()
    const text = new Uint8Array(gzipSync(JSON.stringify(points(1, 2, 3))))
    const response = await app.call('POST', path, { text, headers: { 'Content-Encoding': 'gzip' } })
    expect(response.body).toMatchObject({ accepted: 3 })
  })

  it('returns the range of the omitted rows with samples, and reads from the end', async () => {
    const path = await start()
    await app.call('POST', path, { body: points(...Array.from({ length: 100 }, (_, i) => i)) })
    const { items } = (await app.call('GET', `${path}?samples=4&bands=true&keys=step`)).body
    expect(items).toMatchObject([
      { _step: 24, step: 24, _low: { step: 0 }, _high: { step: 24 } },
      { _step: 49, step: 49, _low: { step: 25 }, _high: { step: 49 } },
      { _step: 74 },
      { _step: 99, step: 99, _low: { step: 75 }, _high: { step: 99 } },
    ])
    expect(stepsOf(await app.call('GET', `${path}?last=3`))).toEqual([97, 98, 99])
  })

  it('returns the history of an ended run from a copy until it changes', async () => {
    const path = await start()
    await app.call('POST', path, { body: points(...Array.from({ length: 100 }, (_, i) => i)) })
    await app.call('POST', path.replace('/metrics', '/finish'), { body: { state: 'finished' } })
    const samples = () => app.call('GET', `${path}?samples=4&bands=true`)
    const first = await samples()
    const { listChunks } = app.deps.store
    let reads = 0
    app.deps.store.listChunks = (...args) => {
      reads++
      return listChunks(...args)
    }
    expect((await samples()).body).toEqual(first.body)
    expect(reads).toBe(0)
    await app.call('POST', path, { body: points(100) })
    expect(stepsOf(await samples()).at(-1)).toBe(100)
    app.deps.store.listChunks = listChunks
  })

  it('filters by keys, ranges and samples', async () => {
    const path = await start()
    await app.call('POST', path, { body: points(...Array.from({ length: 100 }, (_, i) => i)) })
    expect(stepsOf(await app.call('GET', `${path}?from=10&to=12`))).toEqual([10, 11, 12])
    expect(stepsOf(await app.call('GET', `${path}?samples=4`))).toEqual([0, 33, 66, 99])
    const chosen = await app.call('GET', `${path}?keys=loss,none&to=0`)
    expect(chosen.body.items).toEqual([{ _step: 0, _timestamp: expect.any(Number), loss: 1 }])
    expect(stepsOf(await app.call('GET', `${path}?keys=none`))).toEqual([])
  })

  it.each([1, 2])('pages through steps that lie %i million apart, each once', async (gap) => {
    const path = await start()
    const steps = Array.from({ length: 25 }, (_, i) => i * gap * 1e6)
    await app.call('POST', path, { body: points(...steps) })
    const seen: number[] = []
    let cursor = ''
    do {
      const page = await app.call('GET', `${path}?limit=10${cursor}`)
      seen.push(...stepsOf(page))
      cursor = page.body.next_cursor ? `&cursor=${page.body.next_cursor}` : ''
    } while (cursor !== '')
    expect(seen).toEqual(steps)
  })
})

describe('refuses', () => {
  it.each([
    { title: 'no points', body: { points: [] } },
    { title: 'a negative step', body: { points: [{ step: -1, values: {} }] } },
    { title: 'a broken step', body: { points: [{ step: 1.5, values: {} }] } },
    { title: 'values that are no object', body: { points: [{ step: 1, values: 3 }] } },
    { title: 'a time that is none', body: { points: [{ step: 1, values: {}, at: 'noon' }] } },
    { title: 'an attempt below 1', body: { ...points(1), attempt: 0 } },
  ])('$title', async ({ body }) => {
    expect(await app.call('POST', await start(), { body })).toMatchObject({
      status: 400,
      body: { code: 'invalid-body', errors: [{ path: expect.any(String) }] },
    })
  })

  it('a body above the size limit', async () => {
    const text = `{"points":[${' '.repeat(100_001)}]}`
    expect(await app.call('POST', await start(), { text })).toMatchObject({
      status: 413,
      body: { code: 'body-too-large' },
    })
  })

  it('a body above the size limit after decompression', async () => {
    const text = new Uint8Array(gzipSync(' '.repeat(10_000_000)))
    const headers = { 'Content-Encoding': 'gzip' }
    expect((await app.call('POST', await start(), { text, headers })).status).toBe(413)
  })

  it('invalid gzip, and unsupported encodings', async () => {
    const path = await start()
    const send = (encoding: string) =>
      app.call('POST', path, { text: '{}', headers: { 'Content-Encoding': encoding } })
    expect(await send('gzip')).toMatchObject({ status: 400, body: { code: 'malformed-gzip' } })
    expect(await send('br')).toMatchObject({ status: 415, body: { code: 'unsupported-encoding' } })
  })

  it('bytes that are not UTF-8', async () => {
    const text = new Uint8Array([0x7b, 0xff, 0x7d])
    expect(await app.call('POST', await start(), { text })).toMatchObject({
      status: 400,
      body: { code: 'malformed-text' },
    })
  })

  it.each(['?samples=0', '?from=-1', '?to=x', '?cursor=abc', '?cursor=99999999999999999', '?series=other'])(
    'an invalid query: %s',
    async (query) => {
      expect((await app.call('GET', `${await start()}${query}`)).status).toBe(400)
    },
  )

  it('an attempt that was never handed out', async () => {
    expect((await app.call('POST', await start(), { body: { ...points(1), attempt: 7 } })).status).toBe(409)
  })
})

describe('access', () => {
  refusesOtherKeys(() => app, 'POST', `${PROJECT}/runs/r/metrics`, points(1))
  refusesOtherKeys(() => app, 'GET', `${PROJECT}/runs/r/metrics`)
})

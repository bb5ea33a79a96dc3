import { afterEach, describe, expect, it } from 'vitest'
import { chimney } from './client.ts'
import { ChimneyError } from './error.ts'
import { fakeServer, type Reply, type Seen } from './fake-server.ts'
import { fakeTime } from './fake-time.ts'
import { retryAfterOf } from './transport.ts'

const KEY = '0'.repeat(40)
const problem = (status: number, code: string): Reply => ({
  status,
  body: {
    type: `about:blank#${code}`,
    title: code,
    status,
    detail: 'method is missing',
    code,
    errors: [{ path: 'method', message: 'is missing', fix: 'add method: random' }],
  },
})

let stop: (() => Promise<void>) | undefined
afterEach(async () => {
  await stop?.()
  stop = undefined
})
const against = async (script: (seen: Seen, count: number) => Reply, retryForMs = 60_000) => {
  const server = await fakeServer(script)
  stop = server.close
  const timing = fakeTime('auto')
  const client = chimney({ url: server.url, key: KEY, entity: 'acme', timing, retryForMs })
  return { ...server, timing, client }
}
const made: Reply = { status: 201, body: { id: 's', path: 'acme/digits/s', url: 'u', warnings: [] } }

describe('a request', () => {
  it.each([
    { title: '503', reply: { status: 503 } },
    { title: '429', reply: { status: 429 } },
    { title: '500', reply: { status: 500 } },
    { title: 'a cut connection', reply: { cut: true } },
  ])('is repeated after $title with the same idempotency key and the same body', async ({ reply }) => {
    const { client, seen } = await against((_, count) => (count < 3 ? reply : made))
    await client.createSweep({ method: 'random' }, { project: 'digits' })
    expect(seen).toHaveLength(3)
    expect(new Set(seen.map(({ headers, text }) => `${headers['idempotency-key']} ${text}`)).size).toBe(1)
    expect(seen[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('waits at least for Retry-After, and longer each time', async () => {
    const { client, timing } = await against((_, count) =>
      count === 1 ? { status: 503, headers: { 'retry-after': '7' } } : count < 5 ? { status: 503 } : made,
    )
    await client.createSweep('method: random', { project: 'digits' })
    expect(timing.slept).toEqual([7_000, 300, 600, 1_200])
  })

  it('fails with the last error when the retry limit is reached', async () => {
    const { client, seen } = await against(() => ({ status: 503, headers: { 'retry-after': '25' } }))
    await expect(client.getSweep('digits/s')).rejects.toMatchObject({ status: 503 })
    expect(seen).toHaveLength(3)
  })

  it.each([400, 401, 403, 404, 409, 413, 422])('is not retried after %d', async (status) => {
    const { client, seen } = await against(() => problem(status, 'some-code'))
    const error = await client.getSweep('digits/s').catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ChimneyError)
    expect(error).toMatchObject({ status, code: 'some-code' })
    expect((error as Error).message).toContain('method: is missing (add method: random)')
    expect(seen).toHaveLength(1)
  })

  it('is not retried while the service is misconfigured, and the sentence is for its operator', async () => {
    const { client, seen } = await against(() => problem(500, 'service-misconfigured'))
    await expect(client.getSweep('digits/s')).rejects.toMatchObject({
      status: 500,
      code: 'service-misconfigured',
    })
    expect(seen).toHaveLength(1)
  })

  it('of a running training is, because its results exist nowhere else', async () => {
    const { client, seen } = await against((_, count) =>
      count < 3
        ? problem(500, 'service-misconfigured')
        : { status: 200, body: { state: 'finished', stop: false } },
    )
    await client.finish('acme/digits/r', { state: 'finished' }, { patient: true })
    expect(seen).toHaveLength(3)
  })

  it('carries the key as a bearer token and never follows a redirect with it', async () => {
    const { client, seen } = await against(() => ({ status: 302, headers: { location: '/elsewhere' } }), 0)
    await expect(client.getSweep('digits/s')).rejects.toMatchObject({ code: 'unreachable' })
    expect(seen.map(({ path }) => path)).toEqual(['/v1/acme/digits/sweeps/s'])
    expect(seen[0]?.headers.authorization).toBe(`Bearer ${KEY}`)
  })

  it('times out without a response', async () => {
    const server = await fakeServer(() => ({ hang: true }))
    stop = server.close
    const client = chimney({ url: server.url, timeoutMs: 20, retryForMs: 0 })
    await expect(client.health()).rejects.toThrow(/no response within 0.02 s.*CHIMNEY_URL/)
  })

  it('rejects a response that is not JSON', async () => {
    const client = chimney({ url: 'http://x', fetch: async () => new Response('<html>') })
    await expect(client.health()).rejects.toMatchObject({ code: 'bad-answer' })
  })

  it('treats a 404 after a retried DELETE as success', async () => {
    const { client } = await against((_, count) => (count === 1 ? { cut: true } : problem(404, 'not-found')))
    await expect(client.deleteSweep('digits/s')).resolves.toBeUndefined()
  })
})

describe('paths', () => {
  it('encodes every segment', async () => {
    const { client, seen } = await against(() => ({ body: {} }))
    await client.getRun('my team/a b/50%#x')
    expect(seen[0]?.path).toBe('/v1/my%20team/a%20b/runs/50%25%23x')
  })

  it.each(['', 'a//b', '../keys', 'a/b/c/d', 'a/./b'])('refuses %j', async (path) => {
    const { client, seen } = await against(() => ({ body: {} }))
    await expect(client.getSweep(path)).rejects.toMatchObject({ code: 'bad-path' })
    expect(seen).toHaveLength(0)
  })

  it('requests the entity of the key once, when the path has none', async () => {
    const { url, seen } = await against(({ path }) => ({
      body: path === '/v1/viewer' ? { entity: 'acme', key: null } : {},
    }))
    const client = chimney({ url, key: KEY })
    await client.getSweep('digits/s')
    await client.getSweep('digits/s')
    expect(seen.map(({ path }) => path)).toEqual([
      '/v1/viewer',
      '/v1/acme/digits/sweeps/s',
      '/v1/acme/digits/sweeps/s',
    ])
  })

  it('sends a config unchanged, to the project that it names', async () => {
    const { client, seen } = await against(() => made)
    const config = 'entity: team # ours\nproject: "my digits"\nmethod: random\n'
    await client.createSweep(config)
    expect(seen[0]).toMatchObject({ path: '/v1/team/my%20digits/sweeps', text: config })
    expect(seen[0]?.headers['content-type']).toBe('application/yaml')
  })
})

describe('nextTrial', () => {
  it('distinguishes a trial, a wait and the end', async () => {
    const trial = { number: 1, run: 'r', run_path: 'acme/digits/r', params: { lr: 1 }, attempt: 1 }
    const { client } = await against((_, count) => {
      if (count === 1) return { status: 204, headers: { 'retry-after': '3' } }
      if (count === 2) return problem(409, 'sweep-finished')
      return {
        status: 201,
        headers: { date: 'Tue, 14 Nov 2023 22:13:20 GMT' },
        body: { trials: [{ ...trial, lease_until: '2023-11-14T22:18:20.000Z' }] },
      }
    })
    expect(await client.nextTrial('digits/s')).toEqual({ kind: 'wait', retryAfterMs: 3_000 })
    expect(await client.nextTrial('digits/s')).toMatchObject({ kind: 'finished' })
    expect(await client.nextTrial('digits/s')).toMatchObject({
      kind: 'trial',
      trial: { ...trial, leaseMs: 300_000 },
    })
  })
})

describe('retryAfterOf', () => {
  it.each([
    { title: 'seconds', header: '2', ms: 2_000 },
    { title: 'a date', header: 'Thu, 01 Jan 1970 00:00:10 GMT', ms: 9_000 },
    { title: 'a date that has passed', header: 'Thu, 01 Jan 1970 00:00:00 GMT', ms: 0 },
    { title: 'nonsense', header: 'soon', ms: undefined },
  ])('reads $title', ({ header, ms }) => {
    expect(retryAfterOf(header, 1_000)).toBe(ms)
  })
})

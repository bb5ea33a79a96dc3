import { afterEach, describe, expect, it, vi } from 'vitest'
import { type AgentFunctionOptions, agentFunction } from './agent-function.ts'
import { fakeTime } from './fake-time.ts'
import type { Run } from './run.ts'

const message = { v: 1, entity: 'acme', project: 'digits', sweep: 's', number: 1, run: 'r1', attempt: 1 }
const record = (messageId: string, body: unknown = { ...message, run: messageId }) => ({
  messageId,
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const claimed = {
  number: 1,
  run: 'r1',
  params: { lr: 0.1 },
  attempt: 1,
  lease_until: '2030-01-01T00:00:00.000Z',
}
const refusal = (status: number, code: string) => ({
  status,
  body: { title: code, detail: code, code, status },
})
type Answer = { status?: number; body?: unknown } | undefined

/** A handler with a server that responds as scripted, or successfully. */
const handlerOf = (
  train: (run: Run<{ lr: number }>) => unknown,
  script: (route: string, body: Record<string, unknown>) => Answer = () => undefined,
  options: AgentFunctionOptions = {},
  who: { readonly key?: string | undefined } = { key: 'k' },
) => {
  const calls: { route: string; body: Record<string, unknown>; key: string | null }[] = []
  const lines: Record<string, unknown>[] = []
  const timing = fakeTime()
  const fetch = async (address: string | URL | Request, init?: RequestInit) => {
    const route = new URL(String(address)).pathname.replace('/v1/acme/digits/runs/', '')
    const body = JSON.parse(String(init?.body)) as Record<string, unknown>
    calls.push({ route, body, key: new Headers(init?.headers).get('authorization') })
    const well = route.endsWith('claim')
      ? claimed
      : route.endsWith('finish')
        ? { state: 'finished', kept: true }
        : { accepted: 1, stop: false }
    const answer = script(route, body) ?? { body: well }
    return new Response(JSON.stringify(answer.body ?? {}), { status: answer.status ?? 200 })
  }
  const handler = agentFunction<{ lr: number }>(train, {
    client: {
      url: 'http://server',
      ...who,
      fetch: fetch as typeof globalThis.fetch,
      timing,
      retryForMs: 0,
    },
    log: (line) => lines.push(line),
    ...options,
  })
  const start = timing.now()
  const run = (records: { messageId: string; body: string }[], ms = 900_000) =>
    handler(
      { Records: records },
      { getRemainingTimeInMillis: () => ms - (timing.now() - start), functionName: 'digits' },
    )
  return { run, calls, lines, timing }
}
afterEach(() => vi.unstubAllEnvs())

const routes = (calls: readonly { route: string }[]) => calls.map(({ route }) => route)

describe('an agent function', () => {
  it('claims, trains, reports and finishes the trial of a record', async () => {
    const { run, calls } = handlerOf(async (run) => {
      await run.log({ loss: run.params.lr })
    })
    expect(await run([record('r1')])).toEqual({ batchItemFailures: [] })
    expect(routes(calls)).toEqual(['r1/claim', 'r1/metrics', 'r1/finish'])
    expect(calls[0]?.body).toMatchObject({ attempt: 1 })
    expect(calls[1]?.body).toMatchObject({ attempt: 1, points: [{ step: 0, values: { loss: 0.1 } }] })
    expect(calls[2]?.body).toMatchObject({ attempt: 1, state: 'finished' })
  })

  it.each([
    { title: 'the token of its record', token: 't', key: undefined, sent: 'Bearer t' },
    { title: 'the key of its options instead', token: 't', key: 'k', sent: 'Bearer k' },
    {
      title: 'the variable when the record has no token',
      token: undefined,
      key: undefined,
      sent: 'Bearer env',
    },
  ])('sends $title', async ({ token, key, sent }) => {
    vi.stubEnv('CHIMNEY_API_KEY', 'env')
    const { run, calls } = handlerOf(() => {}, undefined, undefined, { key })
    expect(await run([record('r1', { ...message, token })])).toEqual({ batchItemFailures: [] })
    expect(new Set(calls.map(({ key }) => key))).toEqual(new Set([sent]))
  })

  it('returns a record without a token when there is no key either, and says so', async () => {
    vi.stubEnv('CHIMNEY_API_KEY', undefined)
    vi.stubEnv('XDG_CONFIG_HOME', '/nonexistent')
    const { run, calls, lines } = handlerOf(() => {}, undefined, undefined, {})
    expect(await run([record('r1')])).toEqual({ batchItemFailures: [{ itemIdentifier: 'r1' }] })
    expect(calls).toEqual([])
    expect(lines[0]?.error).toContain('CHIMNEY_API_KEY is not set')
  })

  it.each([
    { title: 'has been claimed by another delivery', status: 409, code: 'lease-taken' },
    { title: 'has ended', status: 409, code: 'run-ended' },
    { title: 'was deleted', status: 404, code: 'not-found' },
  ])('acknowledges a record whose trial $title, without training', async ({ status, code }) => {
    let trained = 0
    const { run, calls } = handlerOf(
      () => trained++,
      () => refusal(status, code),
    )
    expect(await run([record('r1')])).toEqual({ batchItemFailures: [] })
    expect(routes(calls)).toEqual(['r1/claim'])
    expect(trained).toBe(0)
  })

  it('reports only the failed records of a batch', async () => {
    const { run, timing } = handlerOf(
      () => {},
      (route) => (route === 'r2/claim' ? { status: 503 } : undefined),
    )
    const answer = run([record('r1'), record('r2'), record('r3')])
    await timing.advance(120_000)
    expect(await answer).toEqual({
      batchItemFailures: [{ itemIdentifier: 'r2' }],
    })
  })

  it('fails the trial, not the record, when the training throws', async () => {
    const { run, calls } = handlerOf(() => {
      throw new Error('NaN in layer 3')
    })
    expect(await run([record('r1')])).toEqual({ batchItemFailures: [] })
    expect(calls.at(-1)?.body).toMatchObject({ state: 'failed', reason: 'NaN in layer 3' })
  })

  it('returns the record when the end could not be reported', async () => {
    const { run } = handlerOf(
      () => {},
      (route) => (route.endsWith('finish') ? refusal(401, 'unauthorized') : undefined),
    )
    expect((await run([record('r1')])).batchItemFailures).toHaveLength(1)
  })

  it.each([
    '',
    'null',
    '[]',
    '{"v":2}',
    JSON.stringify({ ...message, attempt: 0 }),
    JSON.stringify({ ...message, run: '' }),
  ])('leaves %j to the dead-letter queue without a request', async (body) => {
    const { run, calls } = handlerOf(() => {})
    expect((await run([record('x', body)])).batchItemFailures).toEqual([{ itemIdentifier: 'x' }])
    expect(calls).toEqual([])
  })

  it('stops a training before the timeout and releases the trial', async () => {
    const { run, calls, timing } = handlerOf(async (run) => {
      await new Promise((resolve) => run.signal.addEventListener('abort', resolve))
    })
    const answer = run([record('r1')], 100_000)
    await timing.advance(79_999)
    expect(routes(calls)).not.toContain('r1/finish')
    await timing.advance(1)
    expect(await answer).toEqual({ batchItemFailures: [] })
    expect(calls.at(-1)?.body).toMatchObject({ state: 'released', reason: 'the function timed out' })
  })

  it('releases the trial even if the training ignores the signal', async () => {
    const { run, calls, timing } = handlerOf(() => new Promise(() => {}))
    const answer = run([record('r1')], 100_000)
    await timing.advance(90_000)
    await answer
    expect(calls.at(-1)?.body).toMatchObject({ state: 'released' })
  })

  it('fails a trial that never fits instead of releasing it again', async () => {
    const { run, calls, timing } = handlerOf(
      () => new Promise(() => {}),
      (route) => (route.endsWith('claim') ? { body: { ...claimed, attempt: 10 } } : undefined),
    )
    const answer = run([record('r1')], 100_000)
    await timing.advance(90_000)
    await answer
    expect(calls.at(-1)?.body).toMatchObject({ state: 'failed', reason: 'the function timed out' })
  })

  it('logs no key and no parameters', async () => {
    const { run, lines } = handlerOf(() => {})
    await run([record('r1'), record('x', 'junk')])
    expect(lines).toHaveLength(2)
    expect(JSON.stringify(lines)).not.toMatch(/0\.1|"k"/)
  })
})

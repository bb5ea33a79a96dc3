import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sized } from '../../../../test/sized.ts'
import { operations } from './reference/document.ts'
import { PROJECT, SWEEP, type TestApp, testApp } from './test-app.ts'

const OPERATIONS = operations()

const REQUESTS = sized(1_000, 5_000)

let app: TestApp
/** Names that exist, so that invalid input also reaches the handlers. */
const there: Record<string, string> = { entity: 'acme', project: 'digits', run: 'fuzzed', key: 'nosuch' }
beforeAll(async () => {
  app = await testApp({
    maxBodyBytes: 50_000,
    maxDecodedBytes: 100_000,
    sseSeconds: 3,
    sleep: async (ms) => app.clock.advance(ms),
  })
  there.sweep = (await app.call('POST', `${PROJECT}/sweeps`, { text: SWEEP })).body.id
  await app.call('POST', `${PROJECT}/runs`, { body: { id: 'fuzzed' } })
})
afterAll(() => app.stop())

const odd = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '.',
    '..',
    '%',
    '%00',
    '%ff',
    '__proto__',
    'constructor',
    'SWEEP#a',
    'a'.repeat(300),
    '\ud800',
    '数',
  ),
)
/** Usually absent: a request with one invalid part gets further than one with five. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
const word = fc.constantFrom(
  ...[
    'state',
    'run_cap',
    'name',
    'count',
    'agent',
    'params',
    'lr',
    'config',
    'points',
    'step',
    'values',
    'at',
    'attempt',
  ],
  ...[
    'summary',
    'stop',
    'method',
    'parameters',
    'metric',
    'min',
    'max',
    'distribution',
    'tags',
    'id',
    'exit_code',
  ],
)
const scalar = fc.oneof(
  fc.constantFrom(
    null,
    true,
    -1,
    0,
    1,
    1.5,
    1e308,
    -0,
    2 ** 53,
    'running',
    'finished',
    'released',
    'loss',
    'uniform',
    'NaN',
  ),
  fc.double(),
  odd,
)
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.oneof({ weight: 4, arbitrary: word }, odd), tie('json'), { maxKeys: 5 }),
  ),
}))
/** Valid for some routes, or except for one part. */
const nearly = fc
  .tuple(
    fc.constantFrom<Record<string, unknown>>(
      { points: [{ step: 1, values: { loss: 1 } }], attempt: 1 },
      { state: 'finished', exit_code: 0, summary: {}, attempt: 1 },
      { params: { lr: 0.01, size: 16 } },
      { trials: [{ params: { lr: 0.01, size: 16 }, summary: { loss: 1 } }] },
      { id: 'other', config: {}, tags: [] },
      { count: 1, agent: 'a' },
      { attempt: 1 },
      { state: 'paused' },
      { params: { lr: 'fast' } },
      { method: 'grid', parameters: { a: { values: [1, 2] } } },
    ),
    seldom(fc.tuple(word, json)),
  )
  .map(([body, wrong]) => (wrong ? { ...body, [wrong[0]]: wrong[1] } : body))
const points = fc.dictionary(odd, json, { maxKeys: 4 }).map((values) => ({ points: [{ step: 1, values }] }))
const body = fc.oneof(
  fc.oneof(json, nearly, points).map((value) => JSON.stringify(value) ?? ''),
  odd,
  fc.constantFrom(
    '{',
    '[[[[',
    '{"a":NaN}',
    '{"points":[{"step":1e999,"values":{}}]}',
    `${'['.repeat(2_000)}1${']'.repeat(2_000)}`,
    'a: &x [*x]',
    '\0',
  ),
  fc.uint8Array({ maxLength: 50 }).map((bytes) => new Uint8Array(bytes)),
)
const header = fc.record(
  {
    'Content-Type': fc.constantFrom(
      'application/json',
      'application/yaml',
      'text/html',
      ';;',
      'multipart/form-data',
    ),
    'Content-Encoding': fc.constantFrom('gzip', 'br', 'identity', 'GZIP, gzip'),
    'Idempotency-Key': fc.constantFrom('k', 'x'.repeat(500), ' ', 'ü'),
    Accept: fc.constantFrom('text/event-stream', '*/*', ''),
    'Last-Event-ID': fc.constantFrom('0.0', 'x', '9.9.9', '1.1.1.1'),
    Authorization: fc.constantFrom('Bearer', 'Basic x', 'Basic Og==', 'Bearer \u00ff'),
  },
  { requiredKeys: [] },
)
const request = fc.record({
  route: fc.constantFrom(...OPERATIONS),
  names: fc.array(seldom(odd), { minLength: 4, maxLength: 4 }),
  query: seldom(
    fc.dictionary(fc.constantFrom('cursor', 'limit', 'from', 'to', 'samples', 'keys', 'since', 'state'), odd),
  ),
  method: seldom(fc.constantFrom('PUT', 'OPTIONS', 'POST', 'DELETE')),
  body,
  header: seldom(header),
})

it('never responds with 5xx, and writes nothing for a refused request', async () => {
  const seen = new Set<number>()
  await fc.assert(
    fc.asyncProperty(request, async ({ route, names, query, method: other, body, header }) => {
      const method = other ?? route.method
      let at = 0
      const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
        const text = names[at++]?.replace(/\p{Surrogate}/gu, '?')
        return text === undefined ? there[name]! : text.startsWith('%') ? text : encodeURIComponent(text)
      })
      const question = query ? `?${new URLSearchParams(query)}` : ''
      // A deleted sweep or run would end the later requests at 404.
      fc.pre(method !== 'DELETE' || path.includes('nosuch'))
      const before = app.written()
      const response = await app.call(method, path + question, {
        ...(method === 'POST' || method === 'PATCH' || method === 'PUT' ? { text: body } : {}),
        ...(header && { headers: header }),
      })
      seen.add(response.status)
      expect(response.status, response.text).toBeLessThan(500)
      if (response.status >= 400) {
        expect(response.headers.get('content-type')).toBe('application/problem+json')
        expect(app.written() - before, `${method} ${path}: ${response.text}`).toBe(0)
      }
    }),
    { numRuns: REQUESTS, seed: 5 },
  )
  // The requests reached all kinds of responses.
  expect([...seen]).toEqual(expect.arrayContaining([200, 201, 400, 401, 403, 404, 405, 415]))
})

import { ScanCommand } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Engine, KEY, runPathOf, startEngine, type World } from './world.ts'

let engine: Engine
let world: World
let sweep: string
let run: string
beforeAll(async () => {
  engine = await startEngine()
  world = await engine.world()
  sweep = await world.sweep({
    method: 'random',
    metric: { name: 'loss' },
    parameters: { lr: { min: 0.0, max: 1.0 }, opt: { values: ['a', 1, null] } },
    early_terminate: { type: 'hyperband', min_iter: 1 },
  })
  run = runPathOf((await world.call('POST', `${sweep}/trials`, {})).body.trials[0].run)
})
afterAll(() => engine.stop())

/** Everything in the table, in a fixed order. */
async function items(): Promise<string> {
  const { Items = [] } = await world.client.send(
    new ScanCommand({ TableName: world.table, ConsistentRead: true }),
  )
  return JSON.stringify(Items.map((item) => JSON.stringify(item)).sort())
}

const nasty = fc.constantFrom(
  '',
  ' ',
  '.',
  '..',
  '%',
  '%zz',
  '%00',
  '%2e%2e',
  '%2F',
  '%ff',
  '#',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'NaN',
  '-1',
  '1e999',
  '9'.repeat(400),
  'x'.repeat(3000),
  '😀',
  '\u202e',
  'a b',
  'sweeps',
  'runs',
  'v1',
  "' OR 1=1",
  '{',
  '<b>',
)
const segment = fc.oneof(
  nasty,
  nasty.map(encodeURIComponent),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map(encodeURIComponent),
)
const known = () => [
  '/v1/acme/digits/sweeps',
  sweep,
  `${sweep}/trials`,
  `${sweep}/enqueue`,
  `${sweep}/best`,
  `${sweep}/importance`,
  `${sweep}/events?since=x`,
  '/v1/acme/digits/runs',
  run,
  `${run}/metrics`,
  `${run}/heartbeat`,
  `${run}/finish`,
  `${run}/claim`,
  '/v1/keys',
  '/v1/viewer',
  '/v1/acme/projects',
  '/healthz',
  '/openapi.json',
  '/docs',
]
const query = fc.oneof(
  fc.constant(''),
  fc
    .tuple(
      fc.constantFrom('cursor', 'limit', 'since', 'from', 'to', 'samples', 'keys', 'series', 'state', 'x'),
      segment,
    )
    .map(([name, value]) => `?${name}=${value}`),
)
const path = fc
  .oneof(
    { weight: 6, arbitrary: fc.nat(18).map((at) => known()[at] ?? '/') },
    { weight: 2, arbitrary: fc.tuple(fc.nat(18), segment).map(([at, extra]) => `${known()[at]}/${extra}`) },
    { weight: 2, arbitrary: fc.array(segment, { maxLength: 7 }).map((parts) => `/${parts.join('/')}`) },
    {
      weight: 1,
      arbitrary: fc.array(segment, { maxLength: 5 }).map((parts) => `/v1/acme/${parts.join('/')}`),
    },
  )
  .chain((base) => query.map((text) => (base.includes('?') ? base : base + text)))

const odd = fc.oneof(
  fc.jsonValue(),
  nasty,
  fc.double(),
  fc.bigInt().map(String),
  fc.constantFrom(null, true, [], {}, 1e308, -0),
)
const field = fc.constantFrom(
  'points',
  'step',
  'values',
  'at',
  'attempt',
  'state',
  'count',
  'params',
  'method',
  'parameters',
  'metric',
  'run_cap',
  'seed',
  'config',
  'tags',
  'name',
  'summary',
  'exit_code',
  'early_terminate',
  'dispatch',
  'retry',
  '__proto__',
  'min',
  'max',
  'distribution',
)
const shaped = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, odd, tie('object'), fc.array(tie('value'), { maxLength: 3 })),
  object: fc.dictionary(field, tie('value'), { maxKeys: 5 }),
})).object
const almost = fc.oneof(
  fc.record(
    {
      points: fc.array(
        fc.record({ step: fc.oneof(fc.nat(), odd), values: fc.dictionary(fc.string({ maxLength: 5 }), odd) }),
        { maxLength: 3 },
      ),
      attempt: odd,
    },
    { requiredKeys: ['points'] },
  ),
  fc.record(
    {
      method: fc.constantFrom('grid', 'random', 'sobol', 'bayes', 'x'),
      parameters: fc.dictionary(fc.string({ maxLength: 4 }), shaped, { maxKeys: 3 }),
      metric: shaped,
    },
    { requiredKeys: ['method'] },
  ),
  fc.record(
    {
      state: fc.oneof(fc.constantFrom('paused', 'running', 'finished', 'released', 'cancelled'), odd),
      attempt: odd,
      summary: shaped,
    },
    { requiredKeys: [] },
  ),
  fc.record(
    { params: fc.record({ lr: odd, opt: odd }, { requiredKeys: [] }), count: odd },
    { requiredKeys: [] },
  ),
)
const json = fc.oneof(shaped, almost, odd).map((value) => JSON.stringify(value) ?? 'undefined')
const body = fc.oneof(
  { weight: 6, arbitrary: json },
  { weight: 1, arbitrary: json.chain((text) => fc.nat(text.length).map((cut) => text.slice(0, cut))) },
  {
    weight: 1,
    arbitrary: json.map((text) => text.replaceAll('null', 'NaN').replaceAll('true', '-Infinity')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '['.repeat(5000),
      '{"a":'.repeat(3000),
      '1'.repeat(50_000),
      'a: &x [*x]',
      '? ? ?',
      '- - -\n\t',
      '"\\ud800"',
    ),
  },
)
const header = fc.oneof(
  fc.constant({}),
  fc.record({
    'Content-Type': fc.constantFrom(
      'application/json',
      'text/plain',
      'application/yaml',
      'multipart/form-data',
      'x',
      '',
    ),
  }),
  fc.constantFrom(
    { 'Content-Encoding': 'gzip' },
    { 'Content-Encoding': 'br' },
    { Accept: 'text/event-streamx' },
    { 'Content-Length': '-1' },
  ),
  fc.record({ 'Idempotency-Key': fc.constantFrom('k', 'x'.repeat(500), ' ', 'k1', 'k2') }),
  fc.record({
    Authorization: fc.constantFrom(
      '',
      'Bearer',
      'Basic !!!',
      `Basic ${btoa(`api:${KEY}`)}`,
      `Bearer ${'0'.repeat(40)}`,
      'Digest x',
    ),
  }),
)

it('answers 5,000 malformed requests without a 5xx, and changes nothing when it refuses', async () => {
  let refused = 0
  let before = await items()
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'OPTIONS', 'HEAD'),
      path,
      header,
      body,
      async (method, path, headers, body) => {
        // Deleting what the other requests are about would leave nothing to break.
        fc.pre(!(method === 'DELETE' && (path.startsWith(sweep) || path.startsWith(run))))
        const bare = method === 'GET' || method === 'HEAD'
        const { status } = await world.call(method, path, bare ? undefined : body, headers)
        expect(status, `${method} ${path} ${body}`).toBeLessThan(500)
        const after = status >= 300 || status === 204 ? await items() : undefined
        if (status >= 400) {
          refused++
          expect(after === before, `${method} ${path} was refused with ${status} and changed something`).toBe(
            true,
          )
        }
        before = after ?? (await items())
      },
    ),
    { numRuns: 5000, seed: 20260101, endOnFailure: false },
  )
  expect(refused).toBeGreaterThan(2500)
}, 600_000)

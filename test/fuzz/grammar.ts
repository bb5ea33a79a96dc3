import fc from 'fast-check'
import type { HostileRequest } from './request.ts'

const NAMES = [
  'viewer',
  'project',
  'runs',
  'edges',
  'node',
  'id',
  'name',
  'sweeps',
  'config',
  '__typename',
  'nosuch',
] as const
const odd = fc.oneof(
  fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    '\0',
    '\ud800',
    '\u2028',
    '"',
    '\\',
    '数',
    '😀',
    '-0',
    '1e999',
    'NaN',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
)
const scalar = fc.oneof(fc.constantFrom<unknown>(null, true, -1, 0, 1, 0.5, 1e308, 2 ** 53), fc.double(), odd)

/** A document from GraphQL's grammar over names that mostly exist, sometimes with a piece cut out or repeated. */
const { selection } = fc.letrec<{ selection: string; value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('1', '"x"', '$v', 'true', 'ENUM', '"""b"""', 'null'),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(' ')}]`),
    fc
      .array(tie('value'), { maxLength: 3 })
      .map((items) => `{${items.map((item, n) => `f${n}:${item}`).join(',')}}`),
  ),
  selection: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom(...NAMES),
    fc.constantFrom('...A', '...B', '...Nosuch'),
    fc
      .tuple(
        fc.constantFrom('', 'a: ', 'b: '),
        fc.constantFrom(...NAMES),
        fc.option(
          fc.tuple(fc.constantFrom('name', 'entityName', 'filters', 'first', 'nosuch'), tie('value')),
        ),
        fc.constantFrom('', '@skip(if: true)', '@include(if: $v)', '@nosuch'),
        fc.array(tie('selection'), { minLength: 1, maxLength: 4 }),
      )
      .map(
        ([alias, name, given, directive, inner]) =>
          `${alias}${name}${given ? `(${given[0]}: ${given[1]})` : ''} ${directive} {${inner.join(' ')}}`,
      ),
    fc
      .tuple(
        fc.constantFrom('Query', 'Project', 'Run', 'Nosuch'),
        fc.array(tie('selection'), { minLength: 1, maxLength: 3 }),
      )
      .map(([type, inner]) => `... on ${type} {${inner.join(' ')}}`),
  ),
}))
const selections = fc.array(selection, { minLength: 1, maxLength: 4 }).map((all) => all.join(' '))
const damaged = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(text, fc.option(fc.tuple(fc.nat(1_000), fc.nat(40), fc.nat(3)), { freq: 3 }))
    .map(([whole, damage]) => {
      if (!damage) return whole
      const [from, length, copies] = damage
      const at = from % (whole.length + 1)
      return whole.slice(0, at) + whole.slice(at, at + length).repeat(copies) + whole.slice(at + length)
    })
const document = damaged(
  fc
    .tuple(fc.constantFrom('query', 'mutation', 'subscription'), selections, selections, selections)
    .map(
      ([kind, main, a, b]) =>
        `${kind} Q($v: JSONString = "x", $w: [[ID!]!]) {${main}} fragment A on Query {${a}} fragment B on Project {${b}}`,
    ),
)

const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom('name', 'v', 'input', 'id', 'filters'), odd), tie('json'), {
      maxKeys: 4,
    }),
  ),
}))

const OPERATORS = [
  '$eq',
  '$ne',
  '$in',
  '$nin',
  '$gt',
  '$lte',
  '$exists',
  '$regex',
  '$not',
  '$nosuch',
] as const
const pattern = fc
  .array(
    fc.constantFrom(
      '(',
      ')',
      'a',
      'a*',
      'a+',
      '|',
      '[^a]',
      '{2,9}',
      '\\1',
      '(?=',
      '\\pL',
      '^',
      '$',
      '.',
      '?',
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))
const { filter } = fc.letrec<{ filter: unknown }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    fc
      .tuple(
        fc.constantFrom('name', 'state', 'config.lr', 'summary_metrics.loss', 'sweep', 'tags', '__proto__'),
        fc.constantFrom(...OPERATORS),
        fc.oneof(pattern, json, tie('filter')),
      )
      .map(([field, operator, operand]) => ({ [field]: { [operator]: operand } })),
    fc
      .tuple(
        fc.constantFrom('$and', '$or', '$nor', '$not'),
        fc.oneof(fc.array(tie('filter'), { maxLength: 4 }), tie('filter')),
      )
      .map(([operator, operand]) => ({ [operator]: operand })),
  ),
}))

const line = fc.oneof(
  json.map((values) => JSON.stringify(values) ?? ''),
  fc.constantFrom(
    '{"_step":1,"loss":NaN}',
    '{"loss":1e999}',
    '{"_timestamp":"x"}',
    '{',
    '\0',
    '['.repeat(300),
  ),
  odd,
)
const file = fc.record(
  { offset: fc.oneof(fc.nat(5), scalar), content: fc.oneof(fc.array(line, { maxLength: 5 }), json) },
  { requiredKeys: [] },
)
const streamBody = damaged(
  fc
    .record(
      {
        files: fc.dictionary(
          fc.constantFrom(
            'wandb-history.jsonl',
            'wandb-events.jsonl',
            'wandb-summary.json',
            'output.log',
            '__proto__',
          ),
          fc.oneof(file, json),
        ),
        exitcode: fc.oneof(fc.constant(0), scalar),
        preempting: fc.oneof(fc.boolean(), scalar),
      },
      { requiredKeys: [] },
    )
    .map((body) => JSON.stringify(body)),
)

/** Valid in nine of ten cases, so that a config is often valid as a whole. */
const mostly = (valid: fc.Arbitrary<unknown>, other: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 9, arbitrary: valid }, { weight: 1, arbitrary: other })
const parameter = mostly(
  fc.constantFrom<unknown>(
    { min: 0, max: 1 },
    { min: 1, max: 9 },
    { values: [1, 2, 'x'] },
    { value: 1 },
    { distribution: 'log_uniform_values', min: 1e-9, max: 1 },
    { parameters: { b: { min: 0, max: 1 } } },
    { values: [1, 2], when: { a: [1] } },
  ),
  fc.oneof(
    fc.record(
      {
        distribution: fc.constantFrom('uniform', 'q_uniform', 'q_normal', 'beta', 'categorical', 'nosuch'),
        min: scalar,
        max: scalar,
        q: scalar,
        mu: scalar,
        values: json,
        probabilities: json,
        when: json,
      },
      { requiredKeys: [] },
    ),
    json,
  ),
)
const config = fc.record(
  {
    method: mostly(fc.constantFrom('grid', 'random', 'bayes'), scalar),
    parameters: mostly(
      fc.dictionary(fc.constantFrom('a', 'b', 'lr', 'n'), parameter, { minKeys: 1, maxKeys: 3 }),
      fc.dictionary(odd, parameter, { maxKeys: 3 }),
    ),
    metric: mostly(fc.constant({ name: 'loss' }), json),
    early_terminate: mostly(fc.constant({ type: 'hyperband', min_iter: 1 }), json),
    run_cap: mostly(fc.constant(3), scalar),
    seed: mostly(fc.constant(7), scalar),
  },
  { requiredKeys: ['method', 'parameters', 'metric'] },
)
/** JSON is YAML; indentation, anchors and block lists are added by hand. */
const yaml = fc
  .tuple(
    config,
    fc.constantFrom('', '--- ', '# c\n', 'x: &a [1]\ny: *a\n', 'z: {<<: &b {q: 1}}\n', '%YAML 1.2\n---\n'),
  )
  .map(([value, before]) => {
    const keys = Object.entries(value).map(([key, inner]) => `${key}: ${JSON.stringify(inner) ?? '~'}`)
    return `${before}${keys.join('\n')}\n`
  })

const post = (path: string, body: string): HostileRequest => ({ method: 'POST', path, body })
const ask = (query: string, variables: unknown) => post('/graphql', JSON.stringify({ query, variables }))
const RUNS =
  'query($f:JSONString){project(name:"digits",entityName:"acme"){runs(filters:$f){edges{node{name}}}}}'

/** Requests of the routes that parse most. */
export const REQUESTS: readonly (readonly [string, fc.Arbitrary<HostileRequest>])[] = [
  ['GraphQL documents', fc.tuple(document, json).map(([query, variables]) => ask(query, variables))],
  ['filters of runs', filter.map((json) => ask(RUNS, { f: JSON.stringify(json) }))],
  ['streams of the W&B client', streamBody.map((body) => post('/files/acme/digits/r/file_stream', body))],
  ['YAML sweep configs', damaged(yaml).map((body) => post('/v1/acme/digits/sweeps', body))],
  [
    'JSON sweep configs',
    damaged(config.map((value) => JSON.stringify(value))).map((body) => post('/v1/acme/digits/sweeps', body)),
  ],
]

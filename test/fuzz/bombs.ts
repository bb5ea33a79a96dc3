import type { HostileRequest, Text } from './request.ts'

/** A structure that grows until a limit of the service. */
export interface Bomb {
  readonly title: string
  /** Units at the largest size, which is at or above the limit of its route. */
  readonly most: number
  readonly request: (times: number) => HostileRequest
}

const PROJECT = '/v1/acme/digits'
const times = (unit: string) => (count: number) => ({ unit, times: count })
const numbered = (unit: (n: number) => string) => (count: number) =>
  Array.from({ length: count }, (_, n) => unit(n)).join('')

type Grow = (count: number) => Text
const around =
  (before: string, grow: Grow, after: string): Grow =>
  (count) => [before, grow(count), after]

const bomb = (title: string, most: number, request: Bomb['request']): Bomb => ({ title, most, request })
const posting =
  (path: string, more: Partial<HostileRequest> = {}) =>
  (title: string, most: number, body: Grow) =>
    bomb(title, most, (count) => ({ method: 'POST', path, body: body(count), ...more }))

const METRICS = `${PROJECT}/runs/r/metrics`
const STREAM = '/files/acme/digits/r/file_stream'
const LINES: readonly [string, string] = [
  '{"files":{"wandb-history.jsonl":{"offset":0,"content":[',
  '"{}"]}}}',
]

const rest = posting(METRICS)
const packedRest = posting(METRICS, { gzip: true })
const stream = posting(STREAM)
const packedStream = posting(STREAM, { gzip: true })
const sweep = posting(`${PROJECT}/sweeps`)
const packedSweep = posting(`${PROJECT}/sweeps`, { gzip: true })

/** `escape`: the document is written into a JSON string. */
const graphql = (title: string, most: number, document: Grow, variables: Grow = () => '{}'): Bomb =>
  bomb(title, most, (count) => ({
    method: 'POST',
    path: '/graphql',
    body: ['{"query":"', document(count), '","variables":', variables(count), '}'],
  }))
const withVariable = (title: string, most: number, query: string, list: Grow): Bomb =>
  graphql(title, most, () => query, around('{"v":', list, '}'))

const RUNS =
  'query($f:JSONString){project(name:"digits",entityName:"acme"){runs(filters:$f){edges{node{name}}}}}'
const filter = (title: string, most: number, json: (count: number) => string): Bomb =>
  bomb(title, most, (count) => ({
    method: 'POST',
    path: '/graphql',
    body: JSON.stringify({ query: RUNS, variables: { f: json(count) } }),
  }))
const pattern = (title: string, most: number, text: (count: number) => string): Bomb =>
  filter(title, most, (count) => JSON.stringify({ name: { $regex: text(count) } }))

const nested =
  (open: string, close: string): Grow =>
  (count) => [times(open)(count), times(close)(count)]
const list = (item: string): Grow => around('[', times(`${item},`), `${item}]`)

const JSON_BOMBS = [
  rest('open brackets', 5_000_000, times('[')),
  rest('nested lists', 2_500_000, nested('[', ']')),
  rest('nested objects', 900_000, around('', times('{"a":'), '1')),
  rest('points', 1_500_000, around('{"points":', list('{}'), '}')),
  rest('values of one point', 500_000, around('{"points":[{"step":1,"values":{"a":', list('[]'), '}}]}')),
  rest(
    'unknown keys',
    400_000,
    around(
      '{',
      numbered((n) => `"k${n}":1,`),
      '"a":1}',
    ),
  ),
  rest('equal keys', 800_000, around('{', times('"a":1,'), '"a":1}')),
  rest('keys of the prototype', 350_000, around('{', times('"__proto__":1,'), '"a":1}')),
  rest('digits', 5_000_000, around('{"points":[', times('9'), ']}')),
  rest('zeros of a fraction', 5_000_000, around('{"points":[0.', times('0'), ']}')),
  rest('zeros of an exponent', 5_000_000, around('{"points":[1e', times('0'), ']}')),
  rest('lone surrogates', 800_000, around('{"a":"', times('\\ud800'), '"}')),
  rest('NUL characters', 800_000, around('{"a":"', times('\\u0000'), '"}')),
  rest('raw NUL characters', 5_000_000, around('{"a":"', times('\0'), '"}')),
  rest('escaped quotes', 2_500_000, around('{"a":"', times('\\"'), '"}')),
  rest('lines before an error', 5_000_000, around('', times('\n'), 'x')),
  packedRest('packed blanks', 200_000_000, times(' ')),
  packedRest('packed text', 30_000_000, around('{"a":"', times('x'), '"}')),
  packedRest('packed lists', 11_000_000, around('{"points":', list('[]'), '}')),
]

const STREAM_BOMBS = [
  stream('lines', 6_000_000, around(LINES[0], times('"{}",'), LINES[1])),
  packedStream('packed lines', 12_000_000, around(LINES[0], times('"{}",'), LINES[1])),
  packedStream('packed console', 12_000_000, (count) => [
    '{"files":{"output.log":{"offset":0,"content":[',
    times('"x",')(count),
    '""]}}}',
  ]),
  stream('nested', 5_000_000, times('[')),
  stream('a nested line', 2_500_000, around(LINES[0], around('"', nested('[', ']'), '",'), LINES[1])),
  stream(
    'files',
    500_000,
    around(
      '{"files":{',
      numbered((n) => `"f${n}":1,`),
      '"a":1}}',
    ),
  ),
]

const GRAPHQL_BOMBS = [
  graphql('chain of fragments that spread the next one twice', 300, (count) => [
    numbered((n) => `fragment f${n} on Query {...f${n + 1} ...f${n + 1}} `)(count),
    `fragment f${count} on Query {viewer{id}} {...f0}`,
  ]),
  graphql('same chain without a field', 300, (count) => [
    numbered((n) => `fragment f${n} on Query {...f${n + 1} ...f${n + 1}} `)(count),
    '{...f0}',
  ]),
  graphql('cycle of fragments', 1_000, (count) => [
    numbered((n) => `fragment f${n} on Query{...f${(n + 1) % count}} `)(count),
    '{...f0}',
  ]),
  graphql('one alias, many times', 100_000, around('{', times('a: viewer{id} '), '}')),
  graphql(
    'different aliases',
    5_000,
    around(
      '{',
      numbered((n) => `a${n}: viewer{id} `),
      '}',
    ),
  ),
  graphql(
    'conflicting fields',
    5_000,
    around(
      '{',
      numbered((n) => `a: node${n}(id: 1){id} `),
      '}',
    ),
  ),
  graphql(
    'operations',
    2_000,
    numbered((n) => `query q${n}{viewer{id}} `),
  ),
  graphql('directives', 100_000, around('{viewer{id ', times('@skip(if:false) '), '}}')),
  graphql(
    'introspection',
    1_000,
    around(
      '{',
      numbered((n) => `a${n}: __schema{types{name fields{name}}} `),
      '}',
    ),
  ),
  graphql('nested fields', 1_000_000, around('', times('{viewer'), '')),
  graphql('nested literals', 1_000_000, around('{project(name:', nested('[', ']'), '){id}}')),
  graphql('nested types', 1_000_000, around('query($v:', around('', nested('[', ']'), 'x'), '){viewer{id}}')),
  graphql('tokens', 3_500_000, around('{', times('a '), '}')),
  graphql('comment', 8_000_000, around('#', times('x'), '')),
  graphql('commas', 8_000_000, around('{viewer{id}', times(','), '}')),
  graphql('number', 8_000_000, around('{project(name:', times('1'), '){id}}')),
  graphql('block string', 1_500_000, around('{project(name:\\"\\"\\"', times('\\n x'), '\\"\\"\\"){id}}')),
  graphql(
    'unknown variables',
    500_000,
    () => '{viewer{id}}',
    around(
      '{',
      numbered((n) => `"k${n}":1,`),
      '"a":1}',
    ),
  ),
  withVariable('nested variable', 4_000_000, 'query($v:JSON){viewer{id}}', nested('[', ']')),
  withVariable(
    'ids to delete',
    2_000_000,
    'mutation($v:[ID!]!){deleteFiles(input:{files:$v}){success}}',
    list('1'),
  ),
  withVariable(
    'files to create',
    2_000_000,
    'mutation($v:[String!]!){createRunFiles(input:{entityName:\\"acme\\",projectName:\\"digits\\",runName:\\"r\\",files:$v}){files{name}}}',
    list('"a"'),
  ),
  posting('/graphql', { gzip: true })(
    'packed variables',
    22_000_000,
    around('{"query":"{viewer{id}}","variables":{"v":', list('{}'), '}}'),
  ),
]

const FILTER_BOMBS = [
  pattern('alternatives that overlap', 60, (count) => `^(a|a)*${'x'.repeat(count)}$`),
  pattern('nested repetitions', 50, (count) => `^${'('.repeat(count)}a+${')+'.repeat(count)}$`),
  pattern('adjacent stars', 60, (count) => `^${'a*'.repeat(count)}$`),
  pattern('counted repetitions', 20, (count) => 'a{1000}'.repeat(count)),
  filter('clauses', 100_000, (count) =>
    JSON.stringify({ $or: Array.from({ length: count }, (_, n) => ({ name: `n${n}` })) }),
  ),
  filter('patterns', 5_000, (count) =>
    JSON.stringify({ $and: Array.from({ length: count }, () => ({ name: { $regex: 'a{0,900}' } })) }),
  ),
  filter('nested clauses', 100_000, (count) => `${'{"$and":['.repeat(count)}{}${']}'.repeat(count)}`),
  filter('values', 500_000, (count) =>
    JSON.stringify({ name: { $in: Array.from({ length: count }, (_, n) => n) } }),
  ),
  filter('text in text', 16, (count) => {
    let text = '{}'
    for (let level = 0; level < count; level++) text = JSON.stringify(text)
    return text
  }),
]

const CONFIG_BOMBS = [
  ...(
    [
      ['brackets', '['],
      ['braces', '{'],
      ['dashes', '- '],
      ['question marks', '? '],
      ['anchors', '&a '],
      ['tags', '!a '],
      ['comments', '#\n'],
      ['blank lines', '\n'],
      ['documents', '---\n'],
      ['directives', '%YAML 1.2\n'],
      ['quoted words', '"a" '],
      ['reserved characters', '@ '],
      ['blanks', ' '],
      ['NUL characters', '\0'],
      ['lone surrogates', '\ud800'],
    ] as const
  ).map(([title, unit]) => sweep(title, Math.ceil(1_000_000 / unit.length), times(unit))),
  sweep('values in a line', 330_000, around('a: [', times('1, '), '1]')),
  sweep('values in lines', 250_000, around('a:\n', times('- 1\n'), '')),
  sweep(
    'keys',
    100_000,
    numbered((n) => `k${n}: 1\n`),
  ),
  sweep(
    'aliases',
    100_000,
    around(
      'a: &a 1\n',
      numbered((n) => `k${n}: *a\n`),
      '',
    ),
  ),
  sweep('lists of aliases, each ten times the one before', 9, (count) => [
    'a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n',
    numbered((n) => `a${n + 1}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(', ')}]\n`)(count),
  ]),
  sweep(
    'merge keys',
    70_000,
    around(
      'a: &a {x: 1}\nb:\n',
      numbered((n) => `  k${n}: {<<: *a}\n`),
      '',
    ),
  ),
  sweep('wrong escapes', 500_000, around('a: "', times('\\q'), '"')),
  sweep('folded lines', 330_000, around('a: >\n', times('  x\n'), '')),
  sweep(
    'indentation',
    1_400,
    numbered((n) => `${' '.repeat(n)}a:\n`),
  ),
  sweep(
    'JSON: unknown keys',
    90_000,
    around(
      '{',
      numbered((n) => `"k${n}":1,`),
      '"a":1}',
    ),
  ),
  sweep(
    'JSON: parameters',
    30_000,
    around(
      '{"method":"random","parameters":{',
      numbered((n) => `"k${n}":{"min":0,"max":1},`),
      '"a":{"min":0,"max":1}}}',
    ),
  ),
  sweep(
    'JSON: wrong parameters',
    60_000,
    around(
      '{"parameters":{',
      numbered((n) => `"k${n}":1,`),
      '"a":1}}',
    ),
  ),
  sweep('JSON: nested', 400_000, around('{"a":', nested('[', ']'), '}')),
  sweep(
    'JSON: nested parameters',
    40_000,
    around('{"method":"random","parameters":', times('{"a":{"parameters":'), ''),
  ),
  sweep(
    'JSON: values',
    130_000,
    around(
      '{"method":"grid","parameters":{"a":{"values":[',
      numbered((n) => `${n},`),
      '0]}}}',
    ),
  ),
  packedSweep('packed blanks', 100_000_000, times(' ')),
]

export const BOMBS: readonly (readonly [string, readonly Bomb[]])[] = [
  ['JSON bodies', JSON_BOMBS],
  ['streams of the W&B client', STREAM_BOMBS],
  ['GraphQL', GRAPHQL_BOMBS],
  ['filters of runs', FILTER_BOMBS],
  ['sweep configs', CONFIG_BOMBS],
]

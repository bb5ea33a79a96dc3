import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import golden from '../../../../test/golden/wandb_sweeps.golden.json' with { type: 'json' }
import { type Json, type Plain, parseJson, plainOf } from './json.ts'
import { DISTRIBUTIONS } from './parameter-schemas.ts'
import { parseSweepConfig } from './parse-sweep-config.ts'
import { type Issue, Problem } from './problem.ts'
import { type JsonSchema, sweepJsonSchema } from './sweep-json-schema.ts'
import { parseYaml as readYaml } from './yaml.ts'

const parseYaml = (text: string) => readYaml(text).value
const SCHEMA = sweepJsonSchema()
const validate: ValidateFunction = new Ajv2020({
  strict: true,
  strictRequired: false,
  strictTypes: false,
}).compile(SCHEMA)

const issuesOf = (config: Json): readonly Issue[] => {
  try {
    parseSweepConfig(config)
    return []
  } catch (error) {
    if (error instanceof Problem) return error.issues
    throw error
  }
}

/** What relates several keys of a config, or needs the difference of 1 and 1.0: JSON Schema cannot express it. */
const RELATIONS: readonly RegExp[] = [
  /^min \S+ is greater than max \S+$/,
  /^q = \S+ is too small for this range$/,
  /^no multiple of q = \S+ lies from /,
  // Which unknown keys are close to a known one.
  / is not a key of a (sweep config|parameter)$/,
  /^there are \d+ probabilities for \d+ values$/,
  /^the probabilities sum to (0|Infinity)$/,
  // Without a distribution, two integers are an int_uniform; 1.0 and 1 are the same number in JSON Schema.
  /^(min|max) lies beyond 2\^53, where integers are no longer exact$/,
  /^max_iter \/ eta is below 1, so there is no band$/,
  / is not a parameter of this sweep$/,
  / has no list of values, so /,
  / is never /,
  /^whether .* exists depends on itself$/,
  /^a grid cannot list the values of /,
]

/** The validator and the parser agree, but for relations. */
function expectAgreement(config: Json): void {
  const issues = issuesOf(config)
  if (validate(plainOf(config))) {
    for (const { path, message } of issues)
      expect(
        // JSON Schema does not read expressions.
        path.startsWith('constraints_on_parameters') || RELATIONS.some((relation) => relation.test(message)),
        message,
      ).toBe(true)
  } else if (issues.length === 0) {
    expect.fail(`the parser accepts what the schema refuses: ${JSON.stringify(validate.errors)}`)
  }
}

const CATALOGUE: readonly string[] = [
  ...golden.schemas.map(({ config }) => config),
  '{method: random, parameters: {x: {value: 1}}, team: {cost: 1.0}}',
  ...[
    'scheduler: {engine: wandb}',
    'job: x',
    'notes: 3',
    'run_cap: "3"\nname: 5\nmax_failures: 3\nmax_seconds: {trial: 60}',
    'metric: {name: a, summary: {mean_of_last: 3}}',
    'name:',
    'metric: {name: a, gaol: maximize}',
    'metric: {name: a, goal: max}',
    'metric: {name: a, impute: best, impute_while_running: false, target: }',
    'metrics: [{name: a}, {name: b, goal: }]\nearly_terminate: {type: hyperband, min_iter: 3, s: }',
    'metrics: [{name: a}, {name: b}]\nmetric:',
    'metric: {name: a}\nearly_terminate: {type: hyperband, max_iter: 27, s: 2}',
    'metric: {name: a}\nearly_terminate: {type: asha, brackets: 3}',
    'metric: {name: a}\nearly_terminate: {type: median, interval: 5}',
    'metric: {name: a}\nearly_terminate: {type: percentile, percentile: 25}',
    'metric: {name: a}\nearly_terminate: {type: threshold, upper: 1.5}',
    'metric: {name: a}\nearly_terminate: {type: patience, patience: 3, resource: epoch}',
    'retry: {attempts: 3}',
    'retry: {max_attempts: 1}',
    'seed: 9007199254740991\nrun_cap: 1',
    'dispatch: {agent: digits, concurrency: 4}',
    'warm_start: {sweeps: [a], runs: [b]}',
    'constraints: [{name: gb, max: 16}, {name: acc, min: 0.5}]',
    'constraints_on_parameters: [x <= 1, "x in [1, 2]"]',
    'constraints_on_parameters: []',
    'controller: {type: local}',
    'command: [python, 1, 1.0, {a: 1}]',
  ].map((lines) => `method: random\nparameters: {x: {values: [1]}}\n${lines}\n`),
  ...[
    'value: null',
    'values: [1, 2], probabilities: [1, 2]',
    'values: [1], distribution: categorical, note: text',
    'min: 0.0, max: 1',
    'min: 1.5, max: 9007199254740994',
    'distribution: int_uniform, min: 1.0, max: 3',
    'distribution: inv_log_uniform, min: -709, max: 1000',
    'distribution: beta, a: 0',
    'distribution: log_normal, mu: 709',
    'parameters: {p: {min: 0, max: 1}}, when: {y: 1}',
    'value: 1, when: {y: [1, 2]}',
  ].map((parameter) => `method: sobol\nparameters: {x: {${parameter}}, y: {values: [1, 2]}}\n`),
]

describe('sweepJsonSchema', () => {
  it.each(CATALOGUE)('agrees with the parser about %s', (text) => expectAgreement(parseYaml(text)))

  it.each([
    '{method: bayes, parameters: {x: {value: 1}}}',
    '{method: random, early_terminate: {type: median}, parameters: {x: {value: 1}}}',
    '{method: random, metric: {name: a}, metrics: [{name: b}, {name: c}], parameters: {x: {value: 1}}}',
    '{method: random, early_terminate: {type: hyperband, max_iter: 9}, metric: {name: a}, parameters: {x: {value: 1}}}',
    '{method: random, early_terminate: {type: threshold}, metric: {name: a}, parameters: {x: {value: 1}}}',
    '{method: random, warm_start: {}, parameters: {x: {value: 1}}}',
    '{method: random, constraints: [{name: a}], parameters: {x: {value: 1}}}',
    '{method: random, constraints_on_parameters: x < 1, parameters: {x: {value: 1}}}',
    '{method: random, parameters: {x: {distribution: uniform, min: 0, max: 1, q: 1}}}',
    '{method: random, parameters: {x: {distribution: beta, a: 0, b: 0}}}',
    '{method: random, parameters: {x: {value: 1, when: {y: []}}}}',
    '{method: random, parameters: {x: {parameters: {y: {value: 1}}, value: 2}}}',
  ])('refuses %s', (text) => expect(validate(plainOf(parseYaml(text)))).toBe(false))

  it('accepts only what the parser accepts, but for relations between values', () => {
    fc.assert(
      fc.property(configs(SCHEMA), (config) => expectAgreement(config)),
      { numRuns: 1_000 },
    )
  })

  it('refuses only what the parser refuses: one part of a valid config is replaced', () => {
    const valid = CATALOGUE.map((text) => parseYaml(text)).filter((config) => issuesOf(config).length === 0)
    const mutant = fc
      .constantFrom(...valid)
      .chain((config) =>
        fc
          .record({ at: fc.nat(), value: fc.oneof(fc.constantFrom(...ATOMS), fc.constant(undefined)) })
          .map(({ at, value }) => replaced(config, at, value)),
      )
    fc.assert(
      fc.property(mutant, (config) => expectAgreement(config)),
      { numRuns: 1_000 },
    )
  })

  it('describes every key and every distribution', () => {
    const definitions = SCHEMA.$defs as { readonly [name: string]: JsonSchema }
    expect((definitions.Parameter!.anyOf as readonly unknown[]).length).toBe(DISTRIBUTIONS.length + 1)
    const undescribed: string[] = []
    const visit = (schema: unknown, path: string) => {
      if (typeof schema !== 'object' || schema === null) return
      const { properties, ...rest } = schema as JsonSchema
      const isCondition = /(if|then|not|dependentSchemas)/.test(path)
      if (!isCondition) {
        for (const [key, property] of Object.entries((properties ?? {}) as Record<string, JsonSchema>)) {
          const text = described(property)
          if (text === undefined && !['distribution', 'type'].includes(key))
            undescribed.push(`${path}.${key}`)
          visit(property, `${path}.${key}`)
        }
      }
      for (const [keyword, member] of Object.entries(rest)) visit(member, `${path}/${keyword}`)
    }
    const described = (property: JsonSchema): unknown =>
      property.description ??
      [property, ...((property.anyOf ?? []) as readonly JsonSchema[])]
        .map(({ $ref }) => definitions[String($ref).replace('#/$defs/', '')]?.description)
        .find((text) => text !== undefined)
    visit(SCHEMA, '')
    expect(undescribed).toEqual([])
  })
})

const ATOMS: readonly Json[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  0.5,
  3,
  2 ** 60,
  '',
  'x',
  'grid',
  'bayes',
  'uniform',
  'beta',
  'constant',
  'asha',
  '1',
  [],
  [0.5, 0.5],
  ['x'],
  {},
  { x: [1] },
  { name: 'loss' },
  { x: { value: 1 } },
]

/** The config with the part at a place replaced, or removed; `at` counts the parts in order, modulo their number. */
function replaced(config: Json, at: number, value: Json | undefined): Json {
  const count = partsOf(config) - 1
  let left = count === 0 ? -1 : at % count
  const walk = (part: Json): Json => {
    if (typeof part !== 'object' || part === null) return part
    if (Array.isArray(part)) return part.flatMap((member: Json) => next(member))
    return Object.fromEntries(
      Object.entries(part as { [key: string]: Json }).flatMap(([key, member]) =>
        next(member).map((kept) => [key, kept]),
      ),
    )
  }
  const next = (member: Json): readonly Json[] =>
    left-- === 0 ? (value === undefined ? [] : [value]) : [walk(member)]
  return walk(parseJson(JSON.stringify(plainOf(config))))
}

function partsOf(config: Json): number {
  const plain = plainOf(config)
  if (typeof plain !== 'object' || plain === null) return 1
  return (
    1 + Object.values(plain as { [key: string]: Plain }).reduce((sum: number, part) => sum + partsOf(part), 0)
  )
}

function inBounds(schema: JsonSchema, number: number): boolean {
  const { type } = schema
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema as {
    readonly [keyword: string]: number
  }
  return (
    (type !== 'integer' || Number.isInteger(number)) &&
    !(number < minimum!) &&
    !(number > maximum!) &&
    !(number <= exclusiveMinimum!) &&
    !(number >= exclusiveMaximum!)
  )
}

/** Configs that the schema accepts: drawn from its keywords; conditions and negations are left to the validator. */
function configs(root: JsonSchema): fc.Arbitrary<Json> {
  const definitions = root.$defs as { readonly [name: string]: JsonSchema }
  const NUMBERS = [-1000, -3, -1, 0, 0.25, 1, 2, 3, 10, 27, 99.5, 500, 709, 5000, 2 ** 53 - 1, 2 ** 60]
  const anything = fc.constantFrom(...ATOMS)
  const of = (schema: JsonSchema, depth: number): fc.Arbitrary<Json> => {
    if (typeof schema.$ref === 'string') return of(definitions[schema.$ref.replace('#/$defs/', '')]!, depth)
    if ('const' in schema) return fc.constant(schema.const as Json)
    if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as Json[]))
    const branches = (schema.anyOf ?? schema.oneOf) as readonly JsonSchema[] | undefined
    if (branches !== undefined) return branch(branches, depth)
    if (Array.isArray(schema.type)) {
      return branch(
        schema.type.map((type) => ({ ...schema, type })),
        depth,
      )
    }
    switch (schema.type) {
      case 'null':
        return fc.constant(null)
      case 'boolean':
        return fc.boolean()
      case 'string':
        return schema.pattern === undefined
          ? fc.constantFrom('x', 'y', 'loss')
          : fc.constantFrom('x', 'agent-1')
      case 'number':
      case 'integer':
        return fc.constantFrom(...NUMBERS.filter((number) => inBounds(schema, number)))
      case 'array': {
        const { minItems = 0 } = schema as { minItems?: number }
        return fc.array(of(schema.items as JsonSchema, depth + 1), {
          minLength: minItems,
          maxLength: minItems + 2,
        })
      }
      case 'object':
        return object(schema, depth)
      default:
        return anything
    }
  }
  const branch = (schemas: readonly JsonSchema[], depth: number) => {
    // Groups end at the third level.
    const shallow = depth > 6 ? schemas.filter(({ $ref }) => $ref !== '#/$defs/ParameterGroup') : schemas
    return fc.integer({ min: 0, max: shallow.length - 1 }).chain((index) => of(shallow[index]!, depth))
  }
  const object = (schema: JsonSchema, depth: number): fc.Arbitrary<Json> => {
    const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>)
    if (properties.length === 0) {
      const member = (schema.additionalProperties ?? {}) as JsonSchema
      return fc
        .dictionary(fc.constantFrom('x', 'y', 'z'), fc.constant(null), { minKeys: 1, noNullPrototype: true })
        .chain((keys) =>
          fc.record(Object.fromEntries(Object.keys(keys).map((key) => [key, of(member, depth + 1)])), {
            noNullPrototype: true,
          }),
        )
    }
    const required = (schema.required ?? []) as readonly string[]
    return fc
      .subarray(properties.map(([key]) => key).filter((key) => !required.includes(key)))
      .chain((some) =>
        fc.record(
          Object.fromEntries(
            properties
              .filter(([key]) => required.includes(key) || some.includes(key))
              .map(([key, property]) => [key, of(property, depth + 1)]),
          ),
          { noNullPrototype: true },
        ),
      )
  }
  return of(root, 0).filter((config) => validate(config))
}

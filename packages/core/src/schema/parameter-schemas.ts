/**
 * zod schemas of one entry of `parameters`. The parser checks each parameter with them, and the JSON Schema is generated
 * from them. Keywords in `meta` go into the JSON Schema as they are; each stands beside the refinement it mirrors.
 */
import * as z from 'zod'
import { Float } from './json.ts'
import { ifThen } from './json-schema-keywords.ts'
import type { Distribution, Num } from './parameters.ts'

/** The defaults of W&B's schema. The type of q matters: values are floats unless an integer q is given. */
export const DEFAULTS = {
  mu: new Float(0),
  sigma: new Float(1),
  q: new Float(1),
  a: 1,
  b: 1,
  rounding: 'inside',
} as const satisfies Readonly<Record<string, Num | string>>

/** A double cannot hold e to a greater power. */
const MAX_EXPONENT = 709

/** More parameters than this are refused: each one adds to the cost of every suggestion. */
export const MAX_PARAMETERS = 2_000

/** A condition: parameters by dotted name, each with the values that switch this parameter on. */
export const WhenSchema = z
  .record(
    z.string(),
    z
      .unknown()
      .refine((values) => !Array.isArray(values) || values.length > 0)
      .meta({ description: 'One value, or a list of values', minItems: 1 }),
  )
  .refine((when) => Object.keys(when).length > 0)
  .meta({
    description:
      'The parameter exists only in trials where each named parameter has one of the listed values. Names are dotted paths from the top of `parameters`.',
    examples: [{ optimizer: ['adam', 'sgd'] }],
    minProperties: 1,
  })

const from = z.number().describe('Lower bound, included')
const to = z.number().describe('Upper bound, included')
const positiveFrom = z.number().gt(0).describe('Lower bound, included; above 0')
const integer = (description: string) => z.number().int().describe(description)
const exponentFrom = z.number().describe('Lower bound, as an exponent of e')
const exponentTo = z.number().lte(MAX_EXPONENT).describe('Upper bound, as an exponent of e')
const mu = z.number().default(DEFAULTS.mu.value).describe('Mean')
const logMu = z
  .number()
  .gte(-MAX_EXPONENT)
  .lte(MAX_EXPONENT)
  .default(DEFAULTS.mu.value)
  .describe('Mean of the logarithm')
const sigma = z.number().gte(0).default(DEFAULTS.sigma.value).describe('Standard deviation')
const logSigma = sigma.describe('Standard deviation of the logarithm')
const q = z
  .number()
  .gt(0)
  .default(DEFAULTS.q.value)
  .describe('Step: values are rounded to multiples of q, and are integers if q is one')
const rounding = z
  .enum(['inside', 'nearest'])
  .default(DEFAULTS.rounding)
  .describe(
    'inside: only multiples of q in the range. nearest, as W&B: the nearest multiple, up to q/2 outside; a grid lists min, min + q, …',
  )
const shape = (name: string) => z.number().gte(0).describe(`Shape parameter ${name}`)
const [a, b] = [shape('alpha').default(DEFAULTS.a), shape('beta').default(DEFAULTS.b)]
const values = z.array(z.unknown()).min(1).describe('The values to choose from')

const named = <T extends Distribution>(name: T) => z.literal(name)
/** A distribution that the parser infers from the other keys when it is absent. */
const inferred = <T extends Distribution>(name: T) => z.literal(name).optional()

/** Both shape parameters 0 give no distribution. An absent one is 1. */
const betaShape = ifThen(
  { properties: { a: { const: 0 } }, required: ['a'] },
  { properties: { b: { exclusiveMinimum: 0 } } },
)
const hasShape = ({ a, b }: { a: number; b: number }) => a + b > 0

/** The keys of each distribution. Keys with a default may be absent. */
const SHAPES = {
  constant: z.object({ distribution: inferred('constant'), value: z.unknown().describe('Any value') }),
  categorical: z.object({ distribution: inferred('categorical'), values }),
  categorical_w_probabilities: z.object({
    distribution: z.enum(['categorical', 'categorical_w_probabilities']).optional(),
    values,
    probabilities: z
      .array(z.number().gte(0))
      .min(1)
      .describe('One probability for each value. Other sums than 1 are normalized, with a warning.'),
  }),
  int_uniform: z.object({
    distribution: named('int_uniform'),
    min: integer('Lower bound, included'),
    max: integer('Upper bound, included'),
  }),
  uniform: z.object({
    distribution: inferred('uniform').describe(
      'Without `distribution`, the parameter is `int_uniform` when both bounds are integers, else `uniform`',
    ),
    min: from,
    max: to,
  }),
  log_uniform: z.object({ distribution: named('log_uniform'), min: exponentFrom, max: exponentTo }),
  log_uniform_values: z.object({ distribution: named('log_uniform_values'), min: positiveFrom, max: to }),
  inv_log_uniform: z.object({
    distribution: named('inv_log_uniform'),
    min: z.number().gte(-MAX_EXPONENT).describe('Lower bound, as an exponent of e'),
    max: z.number().describe('Upper bound, as an exponent of e'),
  }),
  inv_log_uniform_values: z.object({
    distribution: named('inv_log_uniform_values'),
    min: positiveFrom,
    max: to,
  }),
  q_uniform: z.object({ distribution: named('q_uniform'), min: from, max: to, q, rounding }),
  q_log_uniform: z.object({
    distribution: named('q_log_uniform'),
    min: exponentFrom,
    max: exponentTo,
    q,
    rounding,
  }),
  q_log_uniform_values: z.object({
    distribution: named('q_log_uniform_values'),
    min: positiveFrom,
    max: to,
    q,
    rounding,
  }),
  normal: z.object({ distribution: named('normal'), mu, sigma }),
  log_normal: z.object({ distribution: named('log_normal'), mu: logMu, sigma: logSigma }),
  q_normal: z.object({ distribution: named('q_normal'), mu, sigma, q }),
  q_log_normal: z.object({ distribution: named('q_log_normal'), mu: logMu, sigma: logSigma, q }),
  beta: z.object({ distribution: named('beta'), a, b }),
  q_beta: z.object({ distribution: named('q_beta'), a, b, q, rounding }),
} as const satisfies Readonly<Record<Distribution, z.ZodObject>>

export const DISTRIBUTIONS = Object.keys(SHAPES) as readonly Distribution[]

export const isDistribution = (name: unknown): name is Distribution =>
  typeof name === 'string' && Object.hasOwn(SHAPES, name)

/** The keys of a distribution besides `distribution` and `when`. */
export const keysOf = (distribution: Distribution): readonly string[] =>
  Object.keys(SHAPES[distribution].shape).filter((key) => key !== 'distribution')

/** The keys of all distributions besides `distribution` and `when`. */
export const ALL_KEYS = [...new Set(DISTRIBUTIONS.flatMap(keysOf))]

/** Keys that belong to other distributions only. Any key that no distribution has is ignored with a warning. */
export const foreignKeysOf = (distribution: Distribution): readonly string[] => {
  const own = keysOf(distribution)
  return ALL_KEYS.filter((key) => !own.includes(key))
}

/** The schema that the parser applies to a parameter of this distribution, without `when`. */
export const leafSchema = (distribution: Distribution): z.ZodType =>
  distribution === 'beta' || distribution === 'q_beta'
    ? (SHAPES[distribution] as unknown as z.ZodType<{ a: number; b: number }>).refine(hasShape)
    : SHAPES[distribution]

const DESCRIPTIONS: Readonly<Record<Distribution, string>> = {
  constant: 'Always the same value',
  categorical: 'One of a list of values, each with the same probability',
  categorical_w_probabilities: 'One of a list of values, each with its own probability',
  int_uniform: 'An integer of a range',
  uniform: 'A real number of a range',
  log_uniform: 'exp(x) with x uniform in [min, max]. Use log_uniform_values to give the values themselves.',
  log_uniform_values: 'A real number of a range, uniform in the logarithm',
  inv_log_uniform: 'exp(-x) with x uniform in [min, max]. Use inv_log_uniform_values to give the values.',
  inv_log_uniform_values: 'A real number of a range, uniform in the logarithm of its inverse',
  q_uniform: 'As uniform, rounded to multiples of q',
  q_log_uniform: 'As log_uniform, rounded to multiples of q',
  q_log_uniform_values: 'As log_uniform_values, rounded to multiples of q',
  normal: 'A normal distribution',
  log_normal: 'A log-normal distribution',
  q_normal: 'As normal, rounded to multiples of q',
  q_log_normal: 'As log_normal, rounded to multiples of q',
  beta: 'A beta distribution on [0, 1]',
  q_beta: 'As beta, rounded to multiples of q',
}

/** The schema of `parameters` and those of its parts, by the name that a document gives them. */
export function parametersSchemas(): { parameters: z.ZodType; parts: Readonly<Record<string, z.ZodType>> } {
  const when = WhenSchema.optional()
  const leaves = DISTRIBUTIONS.map((distribution) => {
    const leaf = SHAPES[distribution].extend({ when }).meta({
      title: distribution,
      description: DESCRIPTIONS[distribution],
      // Keys without a meaning in any distribution are ignored; those of another distribution are an error.
      propertyNames: { not: { enum: [...foreignKeysOf(distribution), 'parameters'] } },
      ...(distribution.endsWith('beta') && betaShape),
    })
    return [`${pascal(distribution)}Parameter`, leaf] as const
  })
  const group = z
    .strictObject({
      get parameters() {
        return parameters
      },
      when,
    })
    .meta({ title: 'group', description: 'Nested parameters, which become one object in the trial' })
  const parameter = z.union([...leaves.map(([, leaf]) => leaf), group]).meta({
    title: 'Parameter',
    description: 'A distribution with its keys, or a group of nested parameters',
  })
  const parameters: z.ZodType = z.record(z.string(), parameter).meta({
    title: 'Parameters',
    description: 'The search space: parameters by name',
    examples: [{ lr: { distribution: 'log_uniform_values', min: 0.0001, max: 0.1 } }],
    minProperties: 1,
    maxProperties: MAX_PARAMETERS,
  })
  return {
    parameters,
    parts: {
      Parameters: parameters,
      Parameter: parameter,
      ParameterGroup: group,
      When: WhenSchema,
      ...Object.fromEntries(leaves),
    },
  }
}

const pascal = (name: string) =>
  name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

/**
 * zod schema of everything in a sweep config but `parameters`. The parser checks a config with it, and the JSON Schema is
 * generated from it. Keywords in `meta` go into the JSON Schema as they are; each stands beside the refinement it mirrors.
 */
import * as z from 'zod'
import { EarlyTerminateSchema } from './early-terminate.ts'
import { ifThen, NULL_IS_ABSENT, present, REPLACED, unless } from './json-schema-keywords.ts'
import { MetricSummarySchema } from './metric-summary.ts'
import { AgentName } from './names.ts'
import { GOAL_PATTERN, goalOf } from './spelling/goal.ts'
import { MaxFailures, MaxSeconds } from './sweep-limits.ts'

export const METHODS = ['random', 'grid', 'bayes', 'sobol', 'tpe', 'gp', 'cmaes', 'custom'] as const
/** Methods that cannot work without a metric. */
export const METHODS_WITH_METRIC: readonly (typeof METHODS)[number][] = ['bayes', 'tpe', 'gp', 'cmaes']

const IMPUTE = ['latest', 'best', 'worst'] as const
export const MAX_WARM_SWEEPS = 10
export const MAX_WARM_RUNS = 5_000
/** Each hand-out may check a few thousand points, so these bound its time. */
const MAX_CONSTRAINTS = 50
/** UTF-16 units. */
const MAX_EXPRESSION = 1_000

/** The parser replaces any other value of these keys of a metric by the default, as W&B does, with a warning. */
export const METRIC_WORDS = {
  impute: { allowed: IMPUTE, fallback: 'worst' },
  impute_while_running: { allowed: [...IMPUTE, 'false'], fallback: 'false' },
} as const

const word = <T extends keyof typeof METRIC_WORDS>(key: T, description: string) => {
  type Word = (typeof METRIC_WORDS)[T]['allowed'][number]
  const { allowed, fallback } = METRIC_WORDS[key]
  return z
    .enum(allowed as readonly Word[])
    .meta({ description, [REPLACED]: true })
    .default(fallback as Exclude<Word, undefined>)
}

export const MetricSchema = z
  .object({
    name: z.string().min(1).describe('Name under which training logs the metric'),
    goal: z
      .union([z.enum(['minimize', 'maximize']), z.string().regex(new RegExp(GOAL_PATTERN))])
      .transform((word) => goalOf(word)!)
      .default('minimize')
      .describe('Direction of the optimization: minimize or maximize (also min, max), in any case'),
    target: z.number().optional().describe('The sweep finishes once a trial reaches this value'),
    summary: MetricSummarySchema.optional().describe(
      'Which of the logged values is the value of a trial: the last one, the best one, or the mean of the last k',
    ),
    impute: word('impute', 'Key of W&B without effect'),
    impute_while_running: word('impute_while_running', 'Key of W&B without effect'),
  })
  .meta({ title: 'Metric', description: 'What the sweep optimizes', [NULL_IS_ABSENT]: true })

const Constraint = z
  .object({
    name: z.string().min(1).describe('Name of a logged metric'),
    min: z.number().optional().describe('Lower bound, included'),
    max: z.number().optional().describe('Upper bound, included'),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, 'a constraint needs min or max')
  .meta({ title: 'Constraint', description: 'Bounds that a feasible trial keeps', ...unless('min', 'max') })

const WarmStart = z
  .object({
    sweeps: z
      .array(z.string().min(1))
      .min(1)
      .max(MAX_WARM_SWEEPS)
      .optional()
      .describe('Sweeps with the same metric: entity/project/id, project/id, or id in the same project'),
    runs: z
      .array(z.string().min(1))
      .min(1)
      .max(MAX_WARM_RUNS)
      .optional()
      .describe('Ids of runs of the same project'),
  })
  .refine(({ sweeps, runs }) => sweeps !== undefined || runs !== undefined, 'warm_start needs sweeps or runs')
  .meta({
    title: 'Warm start',
    description: 'Earlier results that inform the search. They do not count as trials of the sweep.',
    ...unless('sweeps', 'runs'),
  })

const Dispatch = z
  .object({
    agent: AgentName.describe('Name of an agent function of the deployment'),
    concurrency: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(10)
      .describe('Number of trials that run at the same time'),
  })
  .meta({ title: 'Dispatch', description: 'Sends trials to an agent function through a queue' })

const Retry = z
  .object({
    max_attempts: z
      .number()
      .int()
      .min(1)
      .max(100)
      .default(3)
      .describe('Attempts of a trial whose agent was lost, the first one included'),
  })
  .meta({ title: 'Retry', description: 'What happens to trials whose agent was lost' })

/** A number is read as text, with a warning. */
const text = (description: string) =>
  z
    .union([z.string(), z.number().transform(String)])
    .optional()
    .describe(description)

const hasMetric = unless('metric', 'metrics')

/** Unknown keys are dropped here; the parser keeps them, with a warning. */
export const HeaderSchema = z.object({
  method: z.enum(METHODS).describe('How parameters are chosen. `bayes` is the portfolio of gp and tpe.'),
  metric: MetricSchema.optional(),
  metrics: z
    .array(MetricSchema)
    .min(2)
    .optional()
    .describe('Several objectives, in place of `metric`; the search looks for their Pareto front'),
  constraints: z.array(Constraint).optional().describe('Outcome constraints'),
  constraints_on_parameters: z
    .array(z.string().min(1).max(MAX_EXPRESSION))
    .max(MAX_CONSTRAINTS)
    .optional()
    .describe('Expressions about parameters that every trial satisfies, such as `head <= backbone / 2`'),
  early_terminate: EarlyTerminateSchema.optional(),
  warm_start: WarmStart.optional(),
  run_cap: z
    .union([
      z.number().int().min(1),
      z
        .string()
        .regex(/^\s*[1-9]\d{0,14}\s*$/)
        .transform(Number),
    ])
    .optional()
    .describe('Maximum number of trials'),
  max_seconds: MaxSeconds.optional(),
  max_failures: MaxFailures.optional(),
  replicates: z
    .number()
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('How often each point runs, 1 to 100; its result is the mean'),
  seed: z.number().int().min(0).optional().describe('Makes the sweep reproducible; drawn when absent'),
  dispatch: Dispatch.optional(),
  retry: Retry.default({ max_attempts: 3 }),
  program: z.string().optional().describe('Script that the agent runs'),
  command: z.array(z.unknown()).optional().describe('Command line of the agent, with W&B macros'),
  name: text('Name of the sweep'),
  description: z.string().optional().describe('Text about the sweep'),
  entity: z.string().optional().describe('Owner of the project'),
  project: text('Project of the sweep'),
  controller: z
    .object({ type: z.enum(['local', 'cloud']).default('cloud') })
    .optional()
    .describe('Key of W&B without effect'),
})

/** The checks that `parse-header.ts` makes across keys of the header, as JSON Schema. */
export const HEADER_RELATIONS = {
  ...ifThen({ properties: { method: { enum: METHODS_WITH_METRIC } } }, hasMetric),
  dependentSchemas: {
    early_terminate: ifThen(present('early_terminate'), hasMetric),
    metrics: ifThen(present('metrics'), { properties: { metric: { type: 'null' } } }),
  },
}

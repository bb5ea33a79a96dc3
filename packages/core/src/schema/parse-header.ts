import * as z from 'zod'
import { EarlyTerminateSchema, earlyTerminateKeys } from './early-terminate.ts'
import { type Findings, shown } from './findings.ts'
import { isObject, type Json, plainOf } from './json.ts'
import { AgentName } from './names.ts'
import type { SweepConfig } from './sweep-config.ts'

type JsonObject = { readonly [key: string]: Json }

const METHODS = ['random', 'grid', 'bayes', 'sobol', 'tpe', 'gp', 'cmaes', 'custom'] as const
const IMPUTE = ['latest', 'best', 'worst'] as const

const MetricSchema = z.object({
  name: z.string().min(1),
  goal: z.enum(['minimize', 'maximize']).default('minimize'),
  target: z.number().optional(),
  impute: z.enum(IMPUTE).default('worst'),
  impute_while_running: z.enum([...IMPUTE, 'false']).default('false'),
})

const MOST_WARM_SWEEPS = 10
const MOST_WARM_RUNS = 1_000

/** Everything at the top level but `parameters`, in plain JSON. Unknown keys are dropped; they are named elsewhere. */
const Header = z.object({
  method: z.enum(METHODS),
  metric: MetricSchema.optional(),
  metrics: z.array(MetricSchema).min(2).optional(),
  constraints: z
    .array(
      z
        .object({ name: z.string().min(1), min: z.number().optional(), max: z.number().optional() })
        .refine(({ min, max }) => min !== undefined || max !== undefined, 'a constraint needs min or max'),
    )
    .optional(),
  early_terminate: EarlyTerminateSchema.optional(),
  warm_start: z
    .object({
      sweeps: z.array(z.string().min(1)).min(1).max(MOST_WARM_SWEEPS).optional(),
      runs: z.array(z.string().min(1)).min(1).max(MOST_WARM_RUNS).optional(),
    })
    .refine(
      ({ sweeps, runs }) => sweeps !== undefined || runs !== undefined,
      'warm_start needs sweeps or runs',
    )
    .optional(),
  run_cap: z.number().int().min(1).optional(),
  seed: z.number().int().min(0).optional(),
  dispatch: z
    .object({ agent: AgentName, concurrency: z.number().int().min(1).max(1000).default(10) })
    .optional(),
  retry: z.object({ max_attempts: z.number().int().min(1).max(100).default(3) }).default({ max_attempts: 3 }),
  program: z.string().optional(),
  command: z.array(z.unknown()).optional(),
  name: z.string().optional(),
  description: z.string().optional(),
  entity: z.string().optional(),
  project: z.string().optional(),
  controller: z.object({ type: z.enum(['local', 'cloud']).default('cloud') }).optional(),
})

/** What to do about a mistake, by where it is. */
const FIXES: Readonly<Record<string, string>> = {
  method: `use one of ${METHODS.slice(0, -1).join(', ')}`,
  metric: 'write for example: metric: {name: val_loss, goal: minimize}',
  'metric.name': 'give the name under which training logs the metric',
  'metric.target': 'give a number, or leave it out',
  metrics: 'give at least two metrics, or one as metric',
  early_terminate: 'write for example: early_terminate: {type: hyperband, min_iter: 3}',
  'early_terminate.type': 'use hyperband, asha, median, percentile, threshold or patience',
  'early_terminate.min_iter': 'give an integer of at least 1',
  'early_terminate.max_iter': 'give an integer of at least eta',
  'early_terminate.s': 'give the number of bands, at least 1',
  'early_terminate.eta': 'give a number above 1, for example 3',
  'early_terminate.brackets': 'give an integer from 1 to 10',
  'early_terminate.strict': 'write true or false',
  'early_terminate.resource': 'name the metric that counts, for example epoch',
  'early_terminate.percentile': 'give a number between 0 and 100',
  'early_terminate.patience': 'give an integer of at least 1',
  warm_start: 'write for example: warm_start: {sweeps: [digits/1a2b3c4d]}',
  'warm_start.sweeps': `give the paths of at most ${MOST_WARM_SWEEPS} sweeps`,
  'warm_start.runs': `give the ids of at most ${MOST_WARM_RUNS} runs of the project`,
  run_cap: 'give an integer of at least 1, or leave it out',
  seed: 'give an integer from 0 to 2^53 - 1, or leave it out',
  dispatch: 'write for example: dispatch: {agent: digits, concurrency: 4}',
  'dispatch.agent': 'name an agent function of this deployment',
  'dispatch.concurrency': 'give an integer from 1 to 1000',
  retry: 'write for example: retry: {max_attempts: 3}',
  'retry.max_attempts': 'give an integer from 1 to 100',
  command: 'give a list of words',
  controller: 'leave controller out',
  constraints: 'write for example: constraints: [{name: memory_gb, max: 16}]',
}

/** Keys of W&B that change nothing here. */
const IGNORED: Readonly<Record<string, string>> = {
  job: 'W&B Launch is not part of this service; start agents yourself or use dispatch',
  image_uri: 'W&B Launch is not part of this service; start agents yourself or use dispatch',
  launch: 'W&B Launch is not part of this service; start agents yourself or use dispatch',
  scheduler: 'the service itself chooses the parameters',
  template_variables: 'W&B Launch is not part of this service',
  settings: 'agents take their settings from their own environment',
}
/** Keys of W&B's schema without any meaning beyond the schema. */
const SILENT = ['apiVersion', 'kind']

const NEEDS_METRIC: readonly string[] = ['bayes', 'tpe', 'gp', 'cmaes']

export function parseHeader(
  given: JsonObject,
  findings: Findings,
): Omit<SweepConfig, 'parameters'> | undefined {
  const { parameters: _, ...rest } = given
  const raw = Object.fromEntries(
    Object.entries(rest).filter(([key, value]) => notEmpty(key, value, findings)),
  )
  nameUnknown(raw, findings)
  const before = findings.issues.length
  const parsed = Header.safeParse(plainOf(lenient(raw, findings)))
  if (!parsed.success) {
    for (const issue of parsed.error.issues) report(issue, raw, findings)
    if ('metric' in raw && 'metrics' in raw) bothMetrics(findings)
    return undefined
  }
  const header = parsed.data
  checkMetrics(header, findings)
  nameUseless(header, raw, findings)
  if (findings.issues.length > before) return undefined
  // `command` keeps its own values, which may be numbers of either type; everything unknown is kept as it came.
  const known: JsonObject = JSON.parse(JSON.stringify(header))
  return { ...raw, ...known, ...('command' in raw ? { command: raw.command } : {}) } as unknown as Omit<
    SweepConfig,
    'parameters'
  >
}

/** YAML turns a key without a value into null: it is as good as absent, and worth a word. */
function notEmpty(key: string, value: Json, findings: Findings): boolean {
  if (value !== null) return true
  findings.warn(`${key} is empty and taken as absent`)
  return false
}

/** Words that W&B replaces by the default when it does not know them. */
const WORDS: ReadonlyMap<string, { readonly allowed: readonly string[]; readonly fallback: string }> =
  new Map([
    ['goal', { allowed: ['minimize', 'maximize'], fallback: 'minimize' }],
    ['impute', { allowed: IMPUTE, fallback: 'worst' }],
    ['impute_while_running', { allowed: [...IMPUTE, 'false'], fallback: 'false' }],
  ])

function lenient(raw: JsonObject, findings: Findings): JsonObject {
  const mend = (metric: Json, path: string): Json => {
    if (!isObject(metric)) return metric
    const kept = Object.entries(metric).filter(([key, value]) => {
      if (value === null && key !== 'name') return notEmpty(`${path}.${key}`, value, findings)
      const words = WORDS.get(key)
      if (words === undefined || (typeof value === 'string' && words.allowed.includes(value))) return true
      // Unquoted, the word false is a boolean.
      if (key === 'impute_while_running' && value === false) return false
      const others = words.allowed.join(', ')
      findings.warn(
        `${path}.${key} is ${shown(value)}, which is none of ${others}; the default ${words.fallback} is used`,
      )
      return false
    })
    return Object.fromEntries(kept)
  }
  const mended: { [key: string]: Json } = { ...raw }
  if (raw.metric !== undefined) mended.metric = mend(raw.metric, 'metric')
  if (Array.isArray(raw.metrics))
    mended.metrics = raw.metrics.map((metric: Json, i) => mend(metric, `metrics.${i}`))
  if (isObject(raw.early_terminate)) {
    mended.early_terminate = Object.fromEntries(
      Object.entries(raw.early_terminate).filter(([key, value]) =>
        notEmpty(`early_terminate.${key}`, value, findings),
      ),
    )
  }
  return mended
}

function nameUnknown(raw: JsonObject, findings: Findings): void {
  for (const key of Object.keys(raw)) {
    const why = Object.hasOwn(IGNORED, key) ? IGNORED[key] : undefined
    if (why !== undefined) findings.warn(`${key} is ignored: ${why}`)
    else if (!Object.hasOwn(Header.shape, key) && !SILENT.includes(key))
      findings.warn(`${key} is unknown and ignored`)
  }
  const stopper = raw.early_terminate
  const nested: readonly (readonly [string, Json | undefined, readonly string[] | undefined])[] = [
    ['metric', raw.metric, Object.keys(MetricSchema.shape)],
    [
      'early_terminate',
      stopper,
      isObject(stopper) && typeof stopper.type === 'string' ? earlyTerminateKeys(stopper.type) : undefined,
    ],
    ['dispatch', raw.dispatch, ['agent', 'concurrency']],
    ['retry', raw.retry, ['max_attempts']],
    ['warm_start', raw.warm_start, ['sweeps', 'runs']],
    ['controller', raw.controller, ['type']],
  ]
  for (const [name, value, keys] of nested) {
    if (!isObject(value) || keys === undefined) continue
    for (const key of Object.keys(value)) {
      if (!keys.includes(key)) findings.warn(`${name}.${key} is unknown and ignored`)
    }
  }
}

function report(issue: z.core.$ZodIssue, raw: JsonObject, findings: Findings): void {
  const path = issue.path.map(String).join('.')
  const name = path.replace(/\.\d+(?=\.|$)/g, '')
  const value = valueAt(raw, issue.path)
  const fix =
    FIXES[name] ??
    FIXES[name.replace(/^metrics\./, 'metric.')] ??
    FIXES[name.split('.')[0]!] ??
    'give a text, or leave it out'
  const message =
    value === undefined && issue.code !== 'custom'
      ? `${path} is missing`
      : `${path} is wrong: ${lower(issue.message)}`
  findings.error(path, issue.code === 'custom' ? issue.message : message, fix)
}

const lower = (message: string) =>
  message.replace(/^Invalid (?:input|option): /, '').replace(/^[A-Z]/, (letter) => letter.toLowerCase())

function valueAt(raw: JsonObject, path: readonly PropertyKey[]): Json | undefined {
  let value: Json | undefined = raw
  for (const key of path) {
    value =
      typeof value === 'object' && value !== null ? (value as { [key: PropertyKey]: Json })[key] : undefined
  }
  return value
}

function bothMetrics(findings: Findings): void {
  findings.error('metrics', 'metric and metrics are both given', 'give one metric, or several under metrics')
}

function checkMetrics(header: z.output<typeof Header>, findings: Findings): void {
  if (header.metric !== undefined && header.metrics !== undefined) bothMetrics(findings)
  if (header.metric !== undefined || header.metrics !== undefined) return
  const who = NEEDS_METRIC.includes(header.method)
    ? `method ${header.method}`
    : header.early_terminate !== undefined
      ? 'early_terminate'
      : undefined
  if (who !== undefined) findings.error('metric', `${who} needs a metric`, FIXES.metric)
}

/** Keys that are understood, but change nothing in this combination. */
function nameUseless(header: z.output<typeof Header>, raw: JsonObject, findings: Findings): void {
  for (const key of ['impute', 'impute_while_running']) {
    if (isObject(raw.metric) && typeof raw.metric[key] === 'string' && raw.metric[key] !== 'false') {
      findings.warn(`metric.${key} is ignored: trials without a result are never given a made-up value`)
    }
  }
  if (header.metrics !== undefined && header.early_terminate !== undefined)
    findings.warn('early_terminate judges by the first of metrics alone')
  const stopper = header.early_terminate
  if (stopper?.type === 'hyperband' && stopper.max_iter !== undefined) {
    if (stopper.s !== undefined && stopper.min_iter !== undefined)
      findings.warn('early_terminate.min_iter is ignored: max_iter and s decide')
    if (stopper.s === undefined) findings.warn('early_terminate.max_iter is ignored: it needs s as well')
  }
  if (stopper?.type === 'hyperband' && stopper.s !== undefined && stopper.max_iter === undefined) {
    findings.warn('early_terminate.s is ignored: it needs max_iter as well')
  }
}

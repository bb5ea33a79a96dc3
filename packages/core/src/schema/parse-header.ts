import type * as z from 'zod'
import { type Diagnostics, shown } from './diagnostics.ts'
import { earlyTerminateKeys } from './early-terminate.ts'
import { isObject, type Json, plainOf } from './json.ts'
import type { SweepConfig } from './sweep-config.ts'
import {
  HeaderSchema,
  MAX_WARM_RUNS,
  MAX_WARM_SWEEPS,
  METHODS,
  METHODS_WITH_METRIC,
  METRIC_WORDS,
  MetricSchema,
} from './sweep-config-schema.ts'

type JsonObject = { readonly [key: string]: Json }

/** How to correct an error, by its path. */
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
  'warm_start.sweeps': `give the paths of at most ${MAX_WARM_SWEEPS} sweeps`,
  'warm_start.runs': `give the ids of at most ${MAX_WARM_RUNS} runs of the project`,
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
  constraints_on_parameters: 'write for example: constraints_on_parameters: ["head <= backbone / 2"]',
}

/** Keys of W&B without effect here. */
const IGNORED: Readonly<Record<string, string>> = {
  job: 'W&B Launch is not part of this service; start agents yourself or use dispatch',
  image_uri: 'W&B Launch is not part of this service; start agents yourself or use dispatch',
  launch: 'W&B Launch is not part of this service; start agents yourself or use dispatch',
  scheduler: 'the service chooses the parameters',
  template_variables: 'W&B Launch is not part of this service',
  settings: 'agents read their settings from the environment',
}
/** Keys of W&B's schema that carry no information. */
const SILENT = ['apiVersion', 'kind']

export function parseHeader(
  given: JsonObject,
  diagnostics: Diagnostics,
): Omit<SweepConfig, 'parameters'> | undefined {
  const { parameters: _, ...rest } = given
  const raw = Object.fromEntries(
    Object.entries(rest).filter(([key, value]) => notEmpty(key, value, diagnostics)),
  )
  warnUnknown(raw, diagnostics)
  const before = diagnostics.issues.length
  const parsed = HeaderSchema.safeParse(plainOf(dropLenient(raw, diagnostics)))
  if (!parsed.success) {
    for (const issue of parsed.error.issues) report(issue, raw, diagnostics)
    if ('metric' in raw && 'metrics' in raw) bothMetrics(diagnostics)
    return undefined
  }
  const header = parsed.data
  checkMetrics(header, diagnostics)
  warnUseless(header, raw, diagnostics)
  if (diagnostics.issues.length > before) return undefined
  // `command` and unknown keys keep their values, which may hold numbers of both types.
  const known: JsonObject = JSON.parse(JSON.stringify(header))
  return { ...raw, ...known, ...('command' in raw ? { command: raw.command } : {}) } as unknown as Omit<
    SweepConfig,
    'parameters'
  >
}

/** YAML reads a key without a value as null. The parser takes it as absent, with a warning. */
function notEmpty(key: string, value: Json, diagnostics: Diagnostics): boolean {
  if (value !== null) return true
  diagnostics.warn(`${key} is empty and taken as absent`)
  return false
}

/** Drops what W&B drops too: empty keys, and words of a metric that are not known. */
function dropLenient(raw: JsonObject, diagnostics: Diagnostics): JsonObject {
  const metric = (given: Json, path: string): Json => {
    if (!isObject(given)) return given
    const kept = Object.entries(given).filter(([key, value]) => {
      if (value === null && key !== 'name') return notEmpty(`${path}.${key}`, value, diagnostics)
      if (!Object.hasOwn(METRIC_WORDS, key)) return true
      const { allowed, fallback } = METRIC_WORDS[key as keyof typeof METRIC_WORDS]
      if (typeof value === 'string' && (allowed as readonly string[]).includes(value)) return true
      // Unquoted, the word false is a boolean.
      if (key === 'impute_while_running' && value === false) return false
      diagnostics.warn(
        `${path}.${key} is ${shown(value)}, which is none of ${allowed.join(', ')}; the default ${fallback} is used`,
      )
      return false
    })
    return Object.fromEntries(kept)
  }
  const kept: { [key: string]: Json } = { ...raw }
  if (raw.metric !== undefined) kept.metric = metric(raw.metric, 'metric')
  if (Array.isArray(raw.metrics))
    kept.metrics = raw.metrics.map((given: Json, i) => metric(given, `metrics.${i}`))
  if (isObject(raw.early_terminate)) {
    kept.early_terminate = Object.fromEntries(
      Object.entries(raw.early_terminate).filter(([key, value]) =>
        notEmpty(`early_terminate.${key}`, value, diagnostics),
      ),
    )
  }
  return kept
}

function warnUnknown(raw: JsonObject, diagnostics: Diagnostics): void {
  for (const key of Object.keys(raw)) {
    const why = Object.hasOwn(IGNORED, key) ? IGNORED[key] : undefined
    if (why !== undefined) diagnostics.warn(`${key} is ignored: ${why}`)
    else if (!Object.hasOwn(HeaderSchema.shape, key) && !SILENT.includes(key))
      diagnostics.warn(`${key} is unknown and ignored`)
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
      if (!keys.includes(key)) diagnostics.warn(`${name}.${key} is unknown and ignored`)
    }
  }
}

function report(issue: z.core.$ZodIssue, raw: JsonObject, diagnostics: Diagnostics): void {
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
  diagnostics.error(path, issue.code === 'custom' ? issue.message : message, fix)
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

function bothMetrics(diagnostics: Diagnostics): void {
  diagnostics.error(
    'metrics',
    'metric and metrics are both given',
    'give one metric, or several under metrics',
  )
}

function checkMetrics(header: z.output<typeof HeaderSchema>, diagnostics: Diagnostics): void {
  if (header.metric !== undefined && header.metrics !== undefined) bothMetrics(diagnostics)
  if (header.metric !== undefined || header.metrics !== undefined) return
  const needing = METHODS_WITH_METRIC.includes(header.method)
    ? `method ${header.method}`
    : header.early_terminate !== undefined
      ? 'early_terminate'
      : undefined
  if (needing !== undefined) diagnostics.error('metric', `${needing} needs a metric`, FIXES.metric)
}

/** Known keys without effect in this combination. */
function warnUseless(header: z.output<typeof HeaderSchema>, raw: JsonObject, diagnostics: Diagnostics): void {
  for (const key of ['impute', 'impute_while_running']) {
    if (isObject(raw.metric) && typeof raw.metric[key] === 'string' && raw.metric[key] !== 'false') {
      diagnostics.warn(`metric.${key} is ignored: values of trials without a result are never imputed`)
    }
  }
  if (header.metrics !== undefined && header.early_terminate !== undefined)
    diagnostics.warn('early_terminate uses only the first of metrics')
  const stopper = header.early_terminate
  if (stopper?.type === 'hyperband' && stopper.max_iter !== undefined) {
    if (stopper.s !== undefined && stopper.min_iter !== undefined)
      diagnostics.warn('early_terminate.min_iter is ignored: max_iter and s set the bands')
    if (stopper.s === undefined) diagnostics.warn('early_terminate.max_iter is ignored: it needs s as well')
  }
  if (stopper?.type === 'hyperband' && stopper.s !== undefined && stopper.max_iter === undefined) {
    diagnostics.warn('early_terminate.s is ignored: it needs max_iter as well')
  }
}

import type * as z from 'zod'
import { type Diagnostics, shown } from './diagnostics.ts'
import { FIXES, reportIssue } from './header-issue.ts'
import { respellHeader } from './header-keys.ts'
import { isObject, type Json, numberOf, plainOf, stringifyJson } from './json.ts'
import { goalOf } from './spelling/goal.ts'
import type { Method, SweepConfig } from './sweep-config.ts'
import { HeaderSchema, METHODS, METHODS_WITH_METRIC, METRIC_WORDS } from './sweep-config-schema.ts'

type JsonObject = { readonly [key: string]: Json }

/** Reads everything but `parameters`. `given` has been through {@link respellHeader}. */
export function parseHeader(
  given: JsonObject,
  diagnostics: Diagnostics,
): Omit<SweepConfig, 'parameters'> | undefined {
  const { parameters: _, ...rest } = given
  const raw = Object.fromEntries(
    Object.entries(rest).filter(([key, value]) => notEmpty(key, value, diagnostics)),
  )
  const before = diagnostics.issues.length
  const prepared = prepare(raw, diagnostics)
  const parsed = HeaderSchema.safeParse(plainOf(prepared))
  for (const issue of parsed.error?.issues ?? []) reportIssue(issue, prepared, diagnostics)
  checkMetrics(prepared, diagnostics)
  if (!parsed.success) return undefined
  const header = parsed.data
  warnUseless(header, raw, diagnostics)
  if (diagnostics.issues.length > before) return undefined
  // `command` and unknown keys keep their values, which may hold numbers of both types.
  const known: JsonObject = JSON.parse(JSON.stringify(header))
  return { ...raw, ...known, ...('command' in raw ? { command: raw.command } : {}) } as unknown as Omit<
    SweepConfig,
    'parameters'
  >
}

/** The method, if it is known: parameters can be checked for it although the rest of the header is wrong. */
export const methodOf = ({ method }: JsonObject): Method | undefined =>
  METHODS.find((known) => known === method)

/** YAML reads a key without a value as null. The parser takes it as absent, with a note. */
function notEmpty(key: string, value: Json, diagnostics: Diagnostics): boolean {
  if (value !== null) return true
  diagnostics.note(`${key} is empty and taken as absent`)
  return false
}

/** Drops what W&B drops too: empty keys, and words of a metric that are not known. Brings goals and numbers into their form. */
function prepare(raw: JsonObject, diagnostics: Diagnostics): JsonObject {
  const kept: { [key: string]: Json } = { ...raw }
  if (raw.metric !== undefined) kept.metric = prepareMetric(raw.metric, 'metric', diagnostics)
  if (Array.isArray(raw.metrics))
    kept.metrics = raw.metrics.map((given: Json, i) => prepareMetric(given, `metrics.${i}`, diagnostics))
  if (isObject(raw.early_terminate)) {
    kept.early_terminate = Object.fromEntries(
      Object.entries(raw.early_terminate).filter(([key, value]) =>
        notEmpty(`early_terminate.${key}`, value, diagnostics),
      ),
    )
  }
  for (const key of ['name', 'project']) {
    const value = raw[key]
    if (value === undefined || numberOf(value) === undefined) continue
    kept[key] = stringifyJson(value)
    diagnostics.warn(`${key} is the number ${kept[key]}, which is read as text; write "${kept[key]}"`)
  }
  if (typeof raw.run_cap === 'string' && HeaderSchema.shape.run_cap.safeParse(raw.run_cap).success)
    diagnostics.warn(`run_cap is the text ${shown(raw.run_cap)}; write ${raw.run_cap.trim()} without quotes`)
  return kept
}

function prepareMetric(given: Json, path: string, diagnostics: Diagnostics): Json {
  if (!isObject(given)) return given
  const kept: { [key: string]: Json } = {}
  for (const [key, value] of Object.entries(given)) {
    if (value === null && key !== 'name') notEmpty(`${path}.${key}`, value, diagnostics)
    else if (key === 'goal' && goalOf(value) === undefined)
      diagnostics.error(
        `${path}.goal`,
        `goal must be minimize or maximize, not ${shown(value)}`,
        FIXES['metric.goal'],
      )
    else if (key === 'goal') kept.goal = goalOf(value)!
    else if (keepsWord(key, value, path, diagnostics)) kept[key] = value
  }
  return kept
}

/** False for a word of W&B that is not known, which W&B replaces by the default, too. */
function keepsWord(key: string, value: Json, path: string, diagnostics: Diagnostics): boolean {
  if (!Object.hasOwn(METRIC_WORDS, key)) return true
  const { allowed, fallback } = METRIC_WORDS[key as keyof typeof METRIC_WORDS]
  if (typeof value === 'string' && (allowed as readonly string[]).includes(value)) return true
  // Unquoted, the word false is a boolean.
  if (key === 'impute_while_running' && value === false) return false
  diagnostics.warn(
    `${path}.${key} is ${shown(value)}, which is none of ${allowed.join(', ')}; the default ${fallback} is used`,
  )
  return false
}

/** Also when other keys are wrong, so that one answer has all errors. */
function checkMetrics(given: JsonObject, diagnostics: Diagnostics): void {
  if (given.metric !== undefined && given.metrics !== undefined) {
    diagnostics.error(
      'metrics',
      'metric and metrics are both given',
      'give one metric, or several under metrics',
    )
  }
  if (given.metric !== undefined || given.metrics !== undefined) return
  const method = methodOf(given)
  const needing =
    method !== undefined && METHODS_WITH_METRIC.includes(method)
      ? `method ${method}`
      : given.early_terminate !== undefined
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
  if (stopper?.type !== 'hyperband') return
  // W&B ignores these without a word.
  if (stopper.max_iter !== undefined && stopper.s !== undefined && stopper.min_iter !== undefined)
    diagnostics.note('early_terminate.min_iter is ignored: max_iter and s set the bands')
  if (stopper.max_iter !== undefined && stopper.s === undefined)
    diagnostics.note('early_terminate.max_iter is ignored: it needs s as well')
  if (stopper.s !== undefined && stopper.max_iter === undefined)
    diagnostics.note('early_terminate.s is ignored: it needs max_iter as well')
}

import type { Diagnostics } from './diagnostics.ts'
import { EarlyTerminateSchema, earlyTerminateKeys } from './early-terminate.ts'
import { isObject, type Json } from './json.ts'
import { meantKey, type Synonyms } from './spelling/known-keys.ts'
import { HeaderSchema, MetricSchema } from './sweep-config-schema.ts'
import { LIMIT_KEYS } from './sweep-limits.ts'

type JsonObject = { readonly [key: string]: Json }

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

const HEADER = [...Object.keys(HeaderSchema.shape), 'parameters', ...Object.keys(IGNORED), ...SILENT]

/** Words of other tools. A sweep without what they mean would be another one, so they are errors. */
const SYNONYMS: Synonyms = {
  earlystop: 'early_terminate',
  earlystopping: 'early_terminate',
  earlystopper: 'early_terminate',
  earlytermination: 'early_terminate',
  params: 'parameters',
  hyperparameters: 'parameters',
  searchspace: 'parameters',
  space: 'parameters',
  algorithm: 'method',
  strategy: 'method',
  objective: 'metric',
  objectives: 'metrics',
}

/** Words of other tools that W&B ignores: configs that work there have them. */
const HINTS: Readonly<Record<string, string>> = {
  count: 'run_cap limits the number of trials',
  max_runs: 'run_cap limits the number of trials',
  max_trials: 'run_cap limits the number of trials',
  n_trials: 'run_cap limits the number of trials',
  num_trials: 'run_cap limits the number of trials',
  num_samples: 'run_cap limits the number of trials',
  timeout: 'max_seconds limits the time of a trial or of the sweep',
}

const METRIC = Object.keys(MetricSchema.shape)

/**
 * Checks the keys of a config but for those below `parameters`. Unknown keys close to a known one are errors and are read as the known
 * one, so that what depends on it is checked as well. Other unknown keys are warnings and stay.
 */
export function respellHeader(given: JsonObject, diagnostics: Diagnostics): JsonObject {
  const header: { [key: string]: Json } = { ...respelled(given, '', HEADER, diagnostics, SYNONYMS) }
  for (const [key, why] of Object.entries(IGNORED))
    if (Object.hasOwn(header, key)) diagnostics.warn(`${key} is ignored: ${why}`)
  const each = (key: string, known: readonly string[] | undefined) => {
    const value = header[key]
    if (known === undefined || value === undefined) return
    header[key] = Array.isArray(value)
      ? value.map((item: Json, i) => object(item, `${key}.${i}`, known, diagnostics))
      : object(value, key, known, diagnostics)
  }
  each('metric', METRIC)
  each('metrics', METRIC)
  each('early_terminate', stopperKeys(header.early_terminate))
  each('constraints', ['name', 'min', 'max'])
  each('dispatch', ['agent', 'concurrency'])
  each('retry', ['max_attempts'])
  each('warm_start', ['sweeps', 'runs'])
  each('controller', ['type'])
  each('max_seconds', LIMIT_KEYS.max_seconds)
  each('max_failures', LIMIT_KEYS.max_failures)
  return header
}

const object = (value: Json, path: string, known: readonly string[], diagnostics: Diagnostics): Json =>
  isObject(value) ? respelled(value, path, known, diagnostics) : value

/** Keys of the type, or of all types while the type is not known. */
function stopperKeys(value: Json | undefined): readonly string[] | undefined {
  if (!isObject(value)) return undefined
  const own = typeof value.type === 'string' ? earlyTerminateKeys(value.type) : undefined
  return own ?? [...new Set(EarlyTerminateSchema.options.flatMap(({ shape }) => Object.keys(shape)))]
}

function respelled(
  given: JsonObject,
  path: string,
  known: readonly string[],
  diagnostics: Diagnostics,
  synonyms?: Synonyms,
): JsonObject {
  const kept: { [key: string]: Json } = {}
  for (const [key, value] of Object.entries(given)) {
    const here = path === '' ? key : `${path}.${key}`
    const meant = known.includes(key) ? key : meantKey(key, known, synonyms)
    if (meant === key) kept[key] = value
    else if (meant === undefined || Object.hasOwn(given, meant) || Object.hasOwn(kept, meant)) {
      const hint = path === '' && Object.hasOwn(HINTS, key) ? `; ${HINTS[key]}` : ''
      diagnostics.warn(
        `${here} is unknown and ignored${meant === undefined ? hint : `; ${meant} is given as well`}`,
      )
      kept[key] = value
    } else {
      diagnostics.error(here, `${here} is not a key of a sweep config`, `write ${meant}`)
      kept[meant] = value
    }
  }
  return kept
}

import type * as z from 'zod'
import { type Diagnostics, shown } from './diagnostics.ts'
import type { Json } from './json.ts'
import { MAX_WARM_RUNS, MAX_WARM_SWEEPS, METHODS } from './sweep-config-schema.ts'

type JsonObject = { readonly [key: string]: Json }

/** How to correct an error, by its path without positions in lists; `metrics` as `metric`. */
export const FIXES: Readonly<Record<string, string>> = {
  method: `use one of ${METHODS.slice(0, -1).join(', ')}`,
  metric: 'write for example: metric: {name: val_loss, goal: minimize}',
  'metric.name': 'give the name under which training logs the metric',
  'metric.goal': 'write minimize or maximize',
  'metric.target': 'give a number, or leave it out',
  'metric.summary': 'write last, best, or for example {mean_of_last: 3}',
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
  max_seconds: 'write for example: max_seconds: {trial: 3600}',
  replicates: 'give an integer from 1 to 100',
  max_failures: 'write for example: max_failures: 5, or max_failures: {share: 0.5, at_least: 10}',
  seed: 'give an integer from 0 to 2^53 - 1, or leave it out',
  dispatch: 'write for example: dispatch: {agent: digits, concurrency: 4}',
  'dispatch.agent': 'name an agent function of this deployment',
  'dispatch.concurrency': 'give an integer from 1 to 1000',
  retry: 'write for example: retry: {max_attempts: 3}',
  'retry.max_attempts': 'give an integer from 1 to 100',
  command: 'give a list of words, for example: [python, train.py]',
  controller: 'leave controller out',
  constraints: 'write for example: constraints: [{name: memory_gb, max: 16}]',
  constraints_on_parameters: 'write for example: constraints_on_parameters: ["head <= backbone / 2"]',
}

/** Reports a violation of the header's schema as a sentence. */
export function reportIssue(issue: z.core.$ZodIssue, raw: JsonObject, diagnostics: Diagnostics): void {
  const path = issue.path.map(String).join('.')
  const name = path.replace(/\.\d+(?=\.|$)/g, '').replace(/^metrics\./, 'metric.')
  const value = valueAt(raw, issue.path)
  const fix = FIXES[name] ?? FIXES[name.split('.')[0]!] ?? `give a text in quotes, or leave it out`
  if (issue.code === 'custom') {
    diagnostics.error(path, issue.message, fix)
    return
  }
  if (value === undefined) {
    diagnostics.error(path, `${path} is missing`, fix)
    return
  }
  const key = issue.path.map(String).findLast((part) => !/^\d+$/.test(part)) ?? path
  const item = /\.\d+$/.test(path) ? `an entry of ${key}` : key
  diagnostics.error(path, `${item} ${expectation(issue)}, not ${shown(value)}`, fix)
}

const NOUNS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
}

/** What the value must be, in words of this project: those of the library are about its types. */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${NOUNS[issue.expected] ?? `of type ${issue.expected}`}`
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`
    case 'too_small':
    case 'too_big': {
      const small = issue.code === 'too_small'
      const bound = String(small ? issue.minimum : issue.maximum)
      const than = issue.inclusive ? (small ? 'at least' : 'at most') : small ? 'above' : 'below'
      if (issue.origin === 'string')
        return small ? 'must not be empty' : `must have at most ${bound} characters`
      const of = issue.origin === 'array' ? ` ${bound === '1' ? 'entry' : 'entries'}` : ''
      return `must ${of === '' ? 'be' : 'have'} ${than} ${bound}${of}`
    }
    case 'invalid_format':
      return issue.message.startsWith('Invalid') ? 'has the wrong form' : `is wrong (${issue.message})`
    default:
      return 'has a form that is not known'
  }
}

function valueAt(raw: JsonObject, path: readonly PropertyKey[]): Json | undefined {
  let value: Json | undefined = raw
  for (const key of path) {
    value =
      typeof value === 'object' && value !== null ? (value as { [key: PropertyKey]: Json })[key] : undefined
  }
  return value
}

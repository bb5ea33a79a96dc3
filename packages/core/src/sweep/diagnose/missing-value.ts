/** Why a finished run gave no value for a metric, from its summary. */
import type { Json } from '../../schema/json.ts'
import { type Kind, type Logged, loggedOf, nearestName } from './logged.ts'

export interface MissingValue {
  readonly why: 'absent' | Exclude<Kind, 'number'>
  /** The logged name that is most like the metric's; only with `absent`. */
  readonly nearest?: string | undefined
  /** Numeric names that were logged. */
  readonly others: readonly string[]
}

/** What W&B's `define_metric(…, summary=…)` puts in place of a value; see `core/sweep/outcome`. */
const CHOSEN = ['best', 'min', 'max', 'last', 'mean']

/** Undefined when the metric is there with a finite number. */
export function missingValue(logged: Logged, metric: string): MissingValue | undefined {
  const kind = logged.get(metric)
  if (kind === 'number' || CHOSEN.some((end) => logged.get(`${metric}.${end}`) === 'number')) return undefined
  const others = [...logged].flatMap(([name, kind]) => (kind === 'number' ? [name] : []))
  if (kind !== undefined) return { why: kind, others }
  return { why: 'absent', nearest: nearestName(metric, logged), others }
}

/** Longest note; the longest names are cut. */
const MAX_NAME = 60

const short = (name: string): string => (name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name)

const WORDS: Readonly<Record<Exclude<MissingValue['why'], 'absent'>, string>> = {
  'not-finite': 'NaN or infinite',
  text: 'text',
  boolean: 'a boolean',
  null: 'null',
  object: 'an object',
}

/** `val_f1 was not reported, validation_f1 was`; for a trial and its sweep, at most 200 characters. Undefined when there is a value. */
export function missingValueNote(
  summary: { readonly [name: string]: Json },
  metric: string,
): string | undefined {
  const missing = missingValue(loggedOf(summary), metric)
  if (!missing) return undefined
  const name = short(metric)
  if (missing.why !== 'absent') return `${name} was reported as ${WORDS[missing.why]}`
  if (missing.nearest !== undefined) return `${name} was not reported, ${short(missing.nearest)} was`
  if (missing.others.length === 0) return `${name} was not reported, nor any other number`
  return `${name} was not reported, ${short(missing.others[0]!)}${missing.others.length > 1 ? ` and ${missing.others.length - 1} others were` : ' was'}`
}

export const kindWords = WORDS

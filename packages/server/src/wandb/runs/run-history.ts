import {
  Float,
  isObject,
  type Json,
  numberOf,
  parseJson,
  plainOf,
  stringifyJson,
} from '@chimney/core/schema/json'
import { type RunKey, runPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../../deps.ts'
import { sampleEvenly } from '../../runs/history/downsample.ts'
import { readRows } from '../../runs/history/read-rows.ts'
import type { Row } from '../../store/codec/chunk.ts'
import { readExtra } from './run-extra.ts'
import type { RunView } from './run-view.ts'

/** `samples` of a question without one. */
const SAMPLES = 500
const MAX_SAMPLES = 100_000

/** A row's `_step`, else its line number: rows from REST are numbered by step. */
export const stepOf = (row: Row): number => numberOf(row.values._step) ?? row.index

/** A row as the client reads it: every row needs a step, a time and a number of seconds since the start. */
export function clientRow(row: Row, startedAt: number | undefined): { readonly [name: string]: Json } {
  const { _step, _timestamp, _runtime, ...values } = row.values
  return {
    ...values,
    _step: _step ?? row.index,
    _timestamp: _timestamp ?? row.at / 1000,
    _runtime: _runtime ?? Math.max(0, (row.at - (startedAt ?? row.at)) / 1000),
  }
}

/** JSON text of a row. Python's and Go's clients both accept bare NaN here. */
export const rowText = (row: Row, startedAt: number | undefined): string =>
  stringifyJson(clientRow(row, startedAt))

export interface HistoryRange {
  readonly minStep?: number | null
  /** Exclusive. */
  readonly maxStep?: number | null
  readonly samples?: number | null
}

/**
 * Rows with `minStep <= _step < maxStep`. With a range all of them, since a scan would take a sample for the whole. Without
 * one, at most `samples`, thinned evenly.
 */
export async function historyRows(
  deps: Pick<Deps, 'store'>,
  run: RunView,
  { minStep, maxStep, samples }: HistoryRange,
): Promise<readonly Row[]> {
  const { key } = run.record
  if (minStep == null && maxStep == null)
    return sampleEvenly(await readRows(deps, key, 'metrics'), clamped(samples))
  const rows = await readRows(deps, key, 'metrics', await linesOf(deps, run, minStep ?? 0, maxStep ?? LAST))
  return rows.filter((row) => {
    const step = stepOf(row)
    return step >= (minStep ?? 0) && (maxStep == null || step < maxStep)
  })
}

const LAST = Number.MAX_SAFE_INTEGER

/**
 * Line range that contains these steps (both inclusive). A scan of a long run reads a thousand steps at a time, and must not read
 * all of it each time. Steps of a client grow with every line, so no line has a step below its number, and the distance of the two
 * never shrinks. Lines of several processes, or of a later attempt, are not numbered like that all through.
 */
async function linesOf(
  deps: Pick<Deps, 'store'>,
  { record, live }: RunView,
  minStep: number,
  maxStep: number,
): Promise<{ readonly from: number; readonly to: number }> {
  if (readExtra(record).writers) return { from: 0, to: LAST }
  const to = Math.max(0, Math.min(maxStep, LAST))
  if (minStep <= 0 || live.attempt > 1 || live.lastIndex < 0) return { from: 0, to }
  return { from: Math.max(0, minStep - (await distanceOf(deps, record, live.lastIndex))), to }
}

/** Cached by run and last line: a scan requests them with every page, and they do not change. */
const distances = new Map<string, number>()
const MOST_DISTANCES = 1_000

/** How far the step of the last line is from its number. */
async function distanceOf(
  deps: Pick<Deps, 'store'>,
  { key, createdAt }: RunView['record'],
  lastIndex: number,
): Promise<number> {
  const name = `${runPath(key)}@${createdAt}@${lastIndex}`
  const known = distances.get(name)
  if (known !== undefined) return known
  const last = (await readRows(deps, key, 'metrics', { from: lastIndex })).at(-1)
  if (last === undefined) return LAST
  const distance = Math.max(0, stepOf(last) - last.index)
  distances.set(name, distance)
  if (distances.size > MOST_DISTANCES) distances.delete(distances.keys().next().value!)
  return distance
}

export const systemRows = async (
  deps: Pick<Deps, 'store'>,
  key: RunKey,
  samples: number | null | undefined,
): Promise<readonly Row[]> => sampleEvenly(await readRows(deps, key, 'system'), clamped(samples))

const clamped = (samples: number | null | undefined): number =>
  Math.min(Math.max(1, samples ?? SAMPLES), MAX_SAMPLES)

/** One list of rows for each spec such as `{"keys": ["_step", "loss"], "samples": 500, "minStep": 0, "maxStep": 99}` (both ends included). */
export async function sampledHistory(
  deps: Pick<Deps, 'store'>,
  run: RunView,
  specs: readonly string[],
): Promise<readonly (readonly unknown[])[]> {
  const parsed = specs.slice(0, 100).map(readSpec)
  if (parsed.every((spec) => spec.keys.length === 0)) return parsed.map(() => [])
  const asked = parsed.filter((spec) => spec.keys.length > 0)
  const minStep = Math.min(...asked.map((spec) => spec.minStep))
  const maxStep = Math.max(...asked.map((spec) => spec.maxStep))
  const lines = await linesOf(deps, run, minStep, maxStep)
  const rows = await readRows(deps, run.record.key, 'metrics', lines)
  return parsed.map((spec) => (spec.keys.length === 0 ? [] : sampled(rows, run.live.startedAt, spec)))
}

interface Spec {
  readonly keys: readonly string[]
  readonly samples: number
  readonly minStep: number
  readonly maxStep: number
}

function readSpec(text: string): Spec {
  const spec = parseJson(text)
  if (!isObject(spec))
    throw new Problem('invalid', 'invalid-spec', 'a spec of sampledHistory must be a JSON object')
  const keys = Array.isArray(spec.keys)
    ? (spec.keys as readonly Json[]).filter((key) => typeof key === 'string')
    : []
  return {
    keys: [...new Set(keys as string[])],
    samples: clamped(numberOf(spec.samples)),
    minStep: numberOf(spec.minStep) ?? 0,
    maxStep: numberOf(spec.maxStep) ?? Number.MAX_SAFE_INTEGER,
  }
}

function sampled(rows: readonly Row[], startedAt: number | undefined, spec: Spec): readonly unknown[] {
  const chosen = rows.flatMap((row) => {
    const values = clientRow(row, startedAt)
    const step = stepOf(row)
    if (step < spec.minStep || step > spec.maxStep) return []
    if (!spec.keys.every((key) => named(values, key) !== undefined)) return []
    return [Object.fromEntries(spec.keys.map((key) => [key, plainOf(named(values, key)!)]))]
  })
  return sampleEvenly(chosen, spec.samples)
}

/** Nested values are addressed by their dotted path. */
function named(values: { readonly [name: string]: Json }, key: string): Json | undefined {
  if (Object.hasOwn(values, key)) return values[key]
  let at: Json | undefined = values
  for (const part of key.split('.')) at = isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined
  return at
}

interface KeyCount {
  readonly typeCounts: { readonly type: string; count: number }[]
  readonly monotonic: boolean
  /** The latest value if it is a number or a text. */
  previousValue: number | string | null
}

/** First request of `scan_history`: the last step, and the count of each key, those in nested values by their dotted path. */
export async function historyKeys(deps: Pick<Deps, 'store'>, key: RunKey): Promise<object> {
  const rows = await readRows(deps, key, 'metrics')
  const keys: Record<string, KeyCount> = Object.create(null)
  let lastStep = -1
  for (const row of rows) {
    lastStep = Math.max(lastStep, stepOf(row))
    for (const [name, value] of flattened(row.values)) {
      if (name === '_step') continue
      keys[name] ??= { typeCounts: [], monotonic: false, previousValue: null }
      const { typeCounts } = keys[name]
      const type = typeOf(value)
      const counted = typeCounts.find((entry) => entry.type === type)
      if (counted) counted.count++
      else typeCounts.push({ type, count: 1 })
      const number = numberOf(value)
      keys[name].previousValue =
        number !== undefined && Number.isFinite(number) ? number : typeof value === 'string' ? value : null
    }
  }
  return { lastStep, sets: [], keys }
}

/** Values of media and tables have a `_type` and stay whole. */
function* flattened(
  values: { readonly [name: string]: Json },
  prefix = '',
): Generator<readonly [string, Json]> {
  for (const [name, value] of Object.entries(values))
    if (isObject(value) && typeof value._type !== 'string' && Object.keys(value).length > 0)
      yield* flattened(value, `${prefix}${name}.`)
    else yield [prefix + name, value]
}

function typeOf(value: Json): string {
  if (value === null) return 'nil'
  if (Array.isArray(value)) return 'list'
  if (isObject(value)) return typeof value._type === 'string' ? value._type : 'map'
  if (value instanceof Float || typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'boolean' : 'string'
}

const TAIL = 10

/** The last lines of a series with the number of lines, as a resumed run wants them. */
export async function tailOf(
  deps: Pick<Deps, 'store'>,
  key: RunKey,
  series: 'metrics' | 'system' | 'console',
  startedAt: number | undefined,
): Promise<{ readonly count: number; readonly tail: string; readonly rows: readonly Row[] }> {
  const rows = await readRows(deps, key, series)
  const count = (rows.at(-1)?.index ?? -1) + 1
  const tail = JSON.stringify(rows.slice(-TAIL).map((row) => rowText(row, startedAt)))
  return { count, tail, rows }
}

import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import { formatNumber, formatValue } from './format.ts'
import { type Spec, specsOf } from './search-space.ts'

/** One number for each trial, in the order of the trials; NaN where a trial has none. */
export interface Column {
  /** `param:lr`, `value`, `number`. */
  readonly key: string
  readonly name: string
  /** A category's values are indices of `labels`. */
  readonly kind: 'number' | 'category'
  readonly log: boolean
  readonly values: Float64Array
  readonly labels: readonly string[]
  /** Of the finite values; 0 and 1 when there are none. */
  readonly min: number
  readonly max: number
  /** The grid values of the config, if it lists them. */
  readonly steps: readonly number[] | undefined
  /** The full range, where `min` and `max` exclude outliers; those are drawn at the edge of the axis. */
  readonly fullRange?: readonly [number, number]
  /** All trials have the same value. */
  readonly constant: boolean
}

export type Goal = 'minimize' | 'maximize'

export interface Objective {
  readonly name: string
  readonly goal: Goal
}

/** One of several objectives. */
export interface ObjectiveColumn {
  readonly column: Column
  readonly goal: Goal
}

/** The trials of a sweep by columns, for charts and filters. */
export interface TrialTable {
  readonly trials: readonly TrialBody[]
  readonly params: readonly Column[]
  /** The objective that charts show: the metric, or the chosen one of several. */
  readonly value: Column
  /** The other objectives of a sweep with several. */
  readonly others: readonly ObjectiveColumn[]
  /** All of several objectives, in the order of the config; empty for a single metric. */
  readonly objectives: readonly ObjectiveColumn[]
  readonly number: Column
  readonly goal: 'minimize' | 'maximize'
  /** Rows with a value, from the worst to the best. */
  readonly worstFirst: Int32Array
  /**
   * 0 (worst) to 1 (best) for each row, NaN without a value. The mean of the scaled value and the rank, so that neither outliers nor
   * many similar values use up the color ramp.
   */
  readonly quality: Float64Array
}

/** The objectives of a sweep with several; empty for a single metric. */
export function objectivesOf(sweep: Pick<SweepBody, 'config'> | undefined): readonly Objective[] {
  const given = (sweep?.config.metrics ?? []) as readonly { name: string; goal?: Goal }[]
  return given.length < 2 ? [] : given.map(({ name, goal }) => ({ name, goal: goal ?? 'minimize' }))
}

/** `chosen`: name of one of several objectives; the first by default. */
export function trialTable(
  sweep: Pick<SweepBody, 'config' | 'metric'> | undefined,
  trials: readonly TrialBody[],
  chosen?: string,
): TrialTable {
  const specs = specsOf((sweep?.config.parameters ?? {}) as Record<string, unknown>)
  const flat = trials.map((trial) => flatten(trial.params))
  const names = new Set(Object.keys(specs))
  for (const params of flat) for (const name of Object.keys(params)) names.add(name)
  const params = [...names].map((name) => paramColumn(name, specs[name], flat))
  const given = objectivesOf(sweep)
  const at = Math.max(
    0,
    given.findIndex(({ name }) => name === chosen),
  )
  const { name, goal }: Objective = given[at] ?? sweep?.metric ?? { name: 'value', goal: 'minimize' }
  const valuesOf = (i: number) => Float64Array.from(trials, (trial) => objectiveValue(trial, i))
  const values = numberColumn('value', name, valuesOf(at))
  const number = numberColumn(
    'number',
    'trial',
    Float64Array.from(trials, (trial) => trial.number),
  )
  const worstFirst = worstFirstOf(values.values, goal)
  const value = clipOutliers(values, worstFirst, trials)
  const objectives = given.map(({ name, goal }, i): ObjectiveColumn => {
    if (i === at) return { column: value, goal }
    const own = numberColumn(`metric:${name}`, name, valuesOf(i))
    return { column: clipOutliers(own, worstFirstOf(own.values, goal), trials), goal }
  })
  const others = objectives.filter(({ column }) => column !== value)
  const quality = qualityOf(value, worstFirst)
  return { trials, params, value, others, objectives, number, goal, worstFirst, quality }
}

/** JSON has no infinity: it arrives as text. */
function objectiveValue({ value, values }: TrialBody, objective: number): number {
  const known: unknown = values?.[objective] ?? (objective === 0 ? value : undefined)
  return typeof known === 'number' ? known : Number.NaN
}

/** Rows with a value, from the worst to the best; of equal values the first row is the best, as for the service. */
export function worstFirstOf(values: Float64Array, goal: TrialTable['goal']): Int32Array {
  const sign = goal === 'maximize' ? 1 : -1
  const rows = Array.from(values, (_, row) => row).filter((row) => Number.isFinite(values[row]))
  return Int32Array.from(rows).sort((a, b) => sign * (values[a]! - values[b]!) || b - a)
}

/** Parameters with more than one value; only these are axes. */
export const variedParams = (table: TrialTable): readonly Column[] =>
  table.params.filter((column) => !column.constant)

/** Switches the given columns between a linear and a log scale. */
export function toggleLogScales(table: TrialTable, keys: ReadonlySet<string>): TrialTable {
  if (keys.size === 0) return table
  const turned = (column: Column): Column =>
    keys.has(column.key) && canBeLog(column) ? { ...column, log: !column.log } : column
  const value = turned(table.value)
  const others = table.others.map((one) => ({ ...one, column: turned(one.column) }))
  const objectives = table.objectives.map(
    (one) => others.find(({ column }) => column.key === one.column.key) ?? { ...one, column: value },
  )
  return { ...table, params: table.params.map(turned), value, others, objectives }
}

export const canBeLog = ({ kind, min, fullRange }: Column): boolean =>
  kind === 'number' && (fullRange?.[0] ?? min) > 0

export const columnOf = (table: TrialTable, key: string): Column | undefined =>
  key === 'value'
    ? table.value
    : key === 'number'
      ? table.number
      : (table.params.find((column) => column.key === key) ??
        table.others.find(({ column }) => column.key === key)?.column)

/** Formats a value of the column. */
export function cellText(column: Column, value: number): string {
  if (Number.isNaN(value)) return ''
  return column.kind === 'category' ? (column.labels[Math.round(value)] ?? '') : formatNumber(value)
}

/**
 * Excludes outliers at the bad end from the axis. If enough trials ran to completion, only these determine the range, because trials
 * stopped early report early values.
 */
export function clipOutliers(column: Column, worstFirst: Int32Array, trials: readonly TrialBody[]): Column {
  if (worstFirst.length < MIN_VALUES) return column
  const completed = worstFirst.filter((row) => trials[row]!.state !== 'stopped')
  const reference = completed.length < MIN_VALUES ? worstFirst : completed
  const at = (row: number) => column.values[row]!
  const [worst, best] = [at(worstFirst[0]!), at(worstFirst[worstFirst.length - 1]!)]
  const bad = at(reference[Math.floor(reference.length * 0.1)]!)
  if (bad === best || Math.abs(worst - best) <= 4 * Math.abs(bad - best)) return column
  const end = best + 2.4 * (bad - best)
  return {
    ...column,
    min: Math.min(best, end),
    max: Math.max(best, end),
    fullRange: [column.min, column.max],
  }
}

/** Minimum number of values to detect outliers. */
const MIN_VALUES = 10

function qualityOf({ values, min, max, fullRange }: Column, worstFirst: Int32Array): Float64Array {
  const quality = new Float64Array(values.length).fill(Number.NaN)
  const count = worstFirst.length
  if (count === 0) return quality
  const best = values[worstFirst[count - 1]!]!
  // Same range as the axis.
  const worst = fullRange ? (best === max ? min : max) : values[worstFirst[Math.floor(count * 0.05)]!]!
  let rank = 0
  for (const [i, row] of worstFirst.entries()) {
    const value = values[row]!

    if (i > 0 && value !== values[worstFirst[i - 1]!]) rank = i
    const position = best === worst ? 1 : Math.max(0, Math.min(1, (value - worst) / (best - worst)))
    quality[row] = value === best ? 1 : (position + rank / (count - 1)) / 2
  }
  return quality
}

/** Quality of any value, by the nearest evaluated one. */
export function qualityAt({ value, worstFirst, quality, goal }: TrialTable, wanted: number): number {
  const sign = goal === 'maximize' ? 1 : -1
  let [low, high] = [0, worstFirst.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sign * value.values[worstFirst[middle]!]! < sign * wanted) low = middle + 1
    else high = middle
  }
  return quality[worstFirst[low]!] ?? Number.NaN
}

/** Flattens nested parameters to dotted paths. */
export function flatten(params: Readonly<Record<string, unknown>>, prefix = ''): Record<string, unknown> {
  const flat: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(params)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      Object.assign(flat, flatten(value as Record<string, unknown>, `${prefix}${name}.`))
    else flat[prefix + name] = value
  }
  return flat
}

function paramColumn(name: string, spec: Spec | undefined, flat: readonly Record<string, unknown>[]): Column {
  const key = `param:${name}`
  const given = flat.map((params) => params[name])
  const listed = spec?.values ?? []
  const numeric = [...given, ...listed].every((value) => value === undefined || typeof value === 'number')
  if (numeric) {
    const values = Float64Array.from(given, (value) => (value === undefined ? Number.NaN : (value as number)))
    const steps = listed.length > 0 ? [...new Set(listed as number[])].sort((a, b) => a - b) : undefined
    const log = spec?.distribution?.includes('log') ?? false
    return numberColumn(key, name, values, log || isGeometric(steps), steps)
  }
  const labels: string[] = []
  const indices = new Map<string, number>()
  const indexOf = (value: unknown): number => {
    const label = formatValue(value)
    const known = indices.get(label)
    if (known !== undefined) return known
    indices.set(label, labels.length)
    labels.push(label)
    return labels.length - 1
  }
  for (const value of listed) indexOf(value)
  const values = Float64Array.from(given, (value) => (value === undefined ? Number.NaN : indexOf(value)))
  const last = Math.max(0, labels.length - 1)
  return {
    key,
    name,
    kind: 'category',
    log: false,
    values,
    labels,
    min: 0,
    max: last,
    steps: undefined,
    constant: isConstant(values),
  }
}

export function numberColumn(
  key: string,
  name: string,
  values: Float64Array,
  log = false,
  steps?: readonly number[],
): Column {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (const value of steps ?? values) {
    if (value < min) min = value
    if (value > max) max = value
  }
  for (const value of values) {
    if (value < min) min = value
    if (value > max) max = value
  }
  if (min > max) [min, max] = [0, 1]
  return {
    key,
    name,
    kind: 'number',
    log: log && min > 0,
    values,
    labels: [],
    min,
    max,
    steps,
    constant: isConstant(values),
  }
}

/** Powers like 16, 32, 64 use a log scale. */
function isGeometric(steps: readonly number[] | undefined): boolean {
  if (!steps || steps.length < 3 || steps[0]! <= 0) return false
  const factor = steps[1]! / steps[0]!
  return (
    factor >= 1.5 && steps.every((step, i) => i === 0 || Math.abs(step / steps[i - 1]! / factor - 1) < 0.2)
  )
}

function isConstant(values: Float64Array): boolean {
  const [first] = values
  return first === undefined || values.every((value) => Object.is(value, first))
}

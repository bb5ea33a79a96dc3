import type { RunBody } from '@chimney/core/schema/api/runs'
import type { Series } from '../charts/line-chart-draw.ts'
import { type Band, meanCurve } from '../model/curve-groups.ts'
import { formatValue } from '../model/format.ts'
import { groupsOf } from '../model/groups.ts'
import { flatten } from '../model/trial-table.ts'
import { groupNames } from '../model/value-groups.ts'
import type { MetricHistory } from './histories.ts'

/** The colors of further runs are more alike: their lines are dashed. */
const SOLID = 8
/** Groups of a number with more distinct values are ranges. */
const MOST_VALUES = 8
const RANGES = 5
/** `group` of the address: the mean of all runs. */
export const ALL_RUNS = '*'

export interface ComparedRun {
  readonly id: string
  readonly run: RunBody | undefined
  readonly metrics: readonly MetricHistory[]
}
export interface Grouping {
  /** Name of a config value, or {@link ALL_RUNS}. */
  readonly by: string
  readonly band: Band
}

/** Series by metric: one for each run, or for each group of runs with their mean. */
export function seriesByMetric(
  runs: readonly ComparedRun[],
  grouping: Grouping | undefined,
  colors: readonly string[],
): ReadonlyMap<string, readonly Series[]> {
  const groups = grouping && runGroups(runs, grouping.by)
  const metrics = new Map<string, Series[]>()
  const looks = (i: number) => ({
    color: colors[i % colors.length]!,
    dash: i < SOLID ? undefined : [6, 3],
  })
  for (const name of new Set(runs.flatMap(({ metrics }) => metrics.map((metric) => metric.name)))) {
    const metricOf = (row: number) => runs[row]!.metrics.find((metric) => metric.name === name)
    const series = groups
      ? groups.flatMap(({ name: label, rows }, i): Series[] => {
          const curves = rows.flatMap((row) => metricOf(row) ?? [])
          if (curves.length === 0) return []
          const mean = meanCurve(curves, grouping!.band)
          return [{ id: label, label: `${label} (${curves.length})`, ...looks(i), ...mean, isGroup: true }]
        })
      : runs.flatMap(({ id, run }, i): Series[] => {
          const found = metricOf(i)
          return found ? [{ ...found, id, label: run?.name ?? id, ...looks(i) }] : []
        })
    metrics.set(name, series)
  }
  return metrics
}

function runGroups(runs: readonly ComparedRun[], by: string) {
  const rows = runs.map((_, row) => row)
  if (by === ALL_RUNS) return [{ name: 'all runs', rows }]
  const configs = runs.map(({ run }) => flatten(run?.config ?? {}))
  const raw = (row: number) => configs[row]![by]
  const name = groupNames(runs.length, raw, MOST_VALUES, RANGES)
  const sorted = [...rows].sort((a, b) => order(raw(a), raw(b)) || a - b)
  return groupsOf(sorted, (row) => (raw(row) === undefined ? 'no value' : name(row)))
}

const order = (a: unknown, b: unknown): number =>
  typeof a === 'number' && typeof b === 'number'
    ? a - b
    : formatValue(a) < formatValue(b)
      ? -1
      : a === b
        ? 0
        : 1

/** Config values that are not the same in all runs. */
export function differingNames(runs: readonly RunBody[]): readonly string[] {
  const configs = runs.map(({ config }) => flatten(config))
  return [...new Set(configs.flatMap(Object.keys))].filter(
    (name) => !name.startsWith('_') && new Set(configs.map((config) => formatValue(config[name]))).size > 1,
  )
}

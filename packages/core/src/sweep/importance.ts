/**
 * How much each parameter matters for the metric, as two plain statistics over the trials that told a value. Each looks
 * at one parameter by itself: an effect that only shows together with another parameter is not seen, and where a sampler
 * went after good values the trials are no fair sample. Below some twenty trials both are mostly noise.
 *
 * Both work on ranks, so that one diverged trial with a loss of 1e9 does not decide.
 */
import { isObject, type Json, numberOf, stringifyJson } from '../schema/json.ts'
import type { Params } from '../schema/params.ts'

/** A trial that told a finite value. */
export interface Measured {
  readonly params: Params
  readonly value: number
}

export interface ParameterImportance {
  /** Dotted path into the parameters. */
  readonly parameter: string
  /** Spearman's rank correlation with the metric in [-1, 1]; null for a parameter without an order, or that never varied. */
  readonly correlation: number | null
  /** Share of the variance of the metric's ranks that the parameter explains by itself, in [0, 1]. */
  readonly importance: number
}

/** Fewer trials have no variance to speak of. */
const MIN_TRIALS = 3
const MAX_BINS = 8

/** Most important first; by name where equal. Parameters that have the same value in all trials are left out. */
export function importanceOf(trials: readonly Measured[]): ParameterImportance[] {
  if (trials.length < MIN_TRIALS) return []
  const columns = new Map<string, (Json | undefined)[]>()
  trials.forEach(({ params }, i) => {
    for (const [name, value] of leaves(params)) {
      const column = columns.get(name) ?? new Array<Json | undefined>(trials.length).fill(undefined)
      column[i] = value
      columns.set(name, column)
    }
  })
  const ranks = ranksOf(trials.map((trial) => trial.value))
  const all: ParameterImportance[] = []
  for (const [parameter, column] of columns) {
    const labels = column.map((value) => (value === undefined ? '' : stringifyJson(value)))
    if (new Set(labels).size < 2) continue
    const numbers = column.map(numberOf)
    const ordered = numbers.every((number) => number !== undefined && Number.isFinite(number))
    const places = ordered ? ranksOf(numbers as number[]) : undefined
    all.push({
      parameter,
      correlation: places ? pearson(places, ranks) : null,
      importance: explained(places ? bins(places) : labels, ranks),
    })
  }
  return all.sort((a, b) => b.importance - a.importance || (a.parameter < b.parameter ? -1 : 1))
}

function* leaves(json: { readonly [key: string]: Json }, prefix = ''): Generator<[string, Json]> {
  for (const [name, value] of Object.entries(json)) {
    if (isObject(value)) yield* leaves(value, `${prefix}${name}.`)
    else yield [prefix + name, value]
  }
}

/** Ranks from 1; equal values share the mean of their ranks. */
export function ranksOf(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!)
  const ranks = new Array<number>(values.length)
  for (let from = 0; from < order.length; ) {
    let to = from
    while (to + 1 < order.length && values[order[to + 1]!] === values[order[from]!]) to++
    for (let i = from; i <= to; i++) ranks[order[i]!] = (from + to) / 2 + 1
    from = to + 1
  }
  return ranks
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** Pearson's correlation; of ranks it is Spearman's. Null when one side does not vary. */
function pearson(xs: readonly number[], ys: readonly number[]): number | null {
  const [mx, my] = [mean(xs), mean(ys)]
  let [xy, xx, yy] = [0, 0, 0]
  xs.forEach((x, i) => {
    const [dx, dy] = [x - mx, ys[i]! - my]
    xy += dx * dy
    xx += dx * dx
    yy += dy * dy
  })
  return xx === 0 || yy === 0 ? null : Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)))
}

/** Groups of about equal size by rank; about √n of them, so that each still has trials to average over. */
function bins(ranks: readonly number[]): number[] {
  const count = Math.max(2, Math.min(MAX_BINS, Math.floor(Math.sqrt(ranks.length))))
  return ranks.map((rank) => Math.floor(((rank - 0.5) * count) / ranks.length))
}

/**
 * ε² = 1 − (1 − η²)(n − 1)/(n − k), at least 0: the share of variance between groups, less what k groups would show of
 * pure noise (Kelley 1935, "An unbiased correlation ratio measure").
 */
function explained(groups: readonly (number | string)[], ys: readonly number[]): number {
  const sums = new Map<number | string, { sum: number; count: number }>()
  groups.forEach((group, i) => {
    const entry = sums.get(group) ?? { sum: 0, count: 0 }
    sums.set(group, { sum: entry.sum + ys[i]!, count: entry.count + 1 })
  })
  const [n, k] = [ys.length, sums.size]
  const my = mean(ys)
  const total = ys.reduce((sum, y) => sum + (y - my) ** 2, 0)
  // With a group for each trial nothing is left to tell effect from noise.
  if (total === 0 || n <= k) return 0
  let between = 0
  for (const { sum, count } of sums.values()) between += count * (sum / count - my) ** 2
  return Math.max(0, Math.min(1, 1 - ((1 - between / total) * (n - 1)) / (n - k)))
}

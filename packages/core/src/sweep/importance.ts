/**
 * How much each parameter matters for the metric, over the trials with a value: how much the best tenth differs from all trials
 * in it. That is PED-ANOVA (Watanabe, Bansal & Hutter 2023, "PED-ANOVA: efficiently quantifying hyperparameter importance in
 * arbitrary subspaces", eq. 16, with all trials instead of the space), so that the bias of the search towards good regions
 * cancels. Only main effects count: interactions are seen in part at most. Below about thirty trials it is mostly noise.
 *
 * Both sides use ranks, so scales do not matter and one diverged trial has little weight.
 */
import { isObject, type Json, numberOf, stringifyJson } from '../schema/json.ts'
import type { Params } from '../schema/params.ts'

/** A trial with a finite value. */
export interface Measured {
  readonly params: Params
  readonly value: number
}

export interface ParameterImportance {
  /** Dotted path into the parameters. */
  readonly parameter: string
  /** Spearman's rank correlation with the metric in [-1, 1]; null for a parameter without an order, or that never varied. */
  readonly correlation: number | null
  /** Share of the importance of all parameters. They sum to 1, or are all 0. */
  readonly importance: number
}

/** Fewer trials have no useful variance. */
const MIN_TRIALS = 3
const MAX_BINS = 8

/** Most important first; by name where equal. Parameters that have the same value in all trials are left out. */
export function importanceOf(
  trials: readonly Measured[],
  goal: 'minimize' | 'maximize' = 'minimize',
): ParameterImportance[] {
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
  const best = bestOf(ranks, goal)
  const all: ParameterImportance[] = []
  for (const [parameter, column] of columns) {
    const labels = column.map((value) => (value === undefined ? '' : stringifyJson(value)))
    if (new Set(labels).size < 2) continue
    // A parameter that does not exist everywhere has its order where it does.
    const there = column.flatMap((value, i) => (value === undefined ? [] : [i]))
    const numbers = there.map((i) => numberOf(column[i]))
    const ordered = numbers.every((number) => number !== undefined && Number.isFinite(number))
    const ranked = ordered ? ranksOf(numbers as number[]) : undefined
    const groups: (string | number)[] = [...labels]
    if (ranked) for (const [k, bin] of bins(ranked).entries()) groups[there[k]!] = bin
    const values = there.map((i) => ranks[i]!)
    const correlation = ranked
      ? pearson(ranked, there.length < ranks.length ? ranksOf(values) : values)
      : null
    all.push({ parameter, correlation, importance: divergence(groups, best) })
  }
  const total = all.reduce((sum, { importance }) => sum + importance, 0)
  return all
    .map((one) => ({ ...one, importance: total > 0 ? one.importance / total : 0 }))
    .sort((a, b) => b.importance - a.importance || (a.parameter < b.parameter ? -1 : 1))
}

const BEST_SHARE = 0.1
/** A tenth of few trials says nothing, so ten of them are looked at, but no more than a third. */
const FEWEST_BEST = 10

/** How far each trial is one of the best, 0 to 1. Equal trials of which some do not fit share the places that are left. */
function bestOf(ranks: readonly number[], goal: 'minimize' | 'maximize'): readonly number[] {
  const n = ranks.length
  const count = Math.max(1, Math.ceil(BEST_SHARE * n), Math.min(FEWEST_BEST, Math.floor(n / 3)))
  const order = ranks.map((_, i) => i).sort((a, b) => ranks[a]! - ranks[b]! || a - b)
  if (goal === 'maximize') order.reverse()
  const limit = ranks[order[count - 1]!]!
  const ties = order.filter((i) => ranks[i] === limit)
  const before = order.indexOf(ties[0]!)
  const better = new Set(order.slice(0, before))
  const share = (count - before) / ties.length
  return ranks.map((rank, i) => (better.has(i) ? 1 : rank === limit ? share : 0))
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
 * Pearson's divergence of the best from all, Σ (p − p')²/p' over the groups, less what a draw of as many trials without replacement
 * would show by chance: (g − 1)(n − k)/((n − 1)k) for k of n in g groups. At least 0.
 */
function divergence(groups: readonly (number | string)[], best: readonly number[]): number {
  const counts = new Map<number | string, { all: number; best: number }>()
  for (const [i, group] of groups.entries()) {
    const entry = counts.get(group) ?? { all: 0, best: 0 }
    counts.set(group, { all: entry.all + 1, best: entry.best + best[i]! })
  }
  const n = groups.length
  const k = best.reduce((total, one) => total + one, 0)
  let sum = 0
  for (const entry of counts.values()) sum += (entry.best / k - entry.all / n) ** 2 / (entry.all / n)
  return Math.max(0, sum - ((counts.size - 1) * (n - k)) / ((n - 1) * k))
}

/**
 * What a batch of logged rows does to a run: its summary, its count of metric values, the rungs it passes. Pure; the
 * caller writes the answer with a compare-and-set.
 */
import { Float, type Json } from '../schema/json.ts'
import { type Goal, lossOf } from '../schema/sweep-config.ts'
import type { Stopper } from '../stoppers/stopper.ts'
import { afterRung, type Course, courseOf, followed, type Trend } from '../stoppers/trend.ts'
import { type ChosenMetric, chosenValue, type Recent, withValue } from './chosen-value.ts'

/** `index` is the step or line number: an integer in [0, 2^53). */
export interface ObservedRow {
  readonly index: number
  readonly values: { readonly [name: string]: Json }
}

/** The part of a run that follows its metrics, for the current attempt. */
export interface Progress {
  /** Highest index seen, -1 when none. */
  readonly lastIndex: number
  /** How many finite values of the sweep's metric, and the index of the last one (-1). */
  readonly seen: number
  readonly seenIndex: number
  readonly bestLoss?: number
  /** The last rung passed, and the loss there. */
  readonly rung?: number
  readonly rungLoss?: number
  /** The last improvement, and the resource there; only for a stopper that decides by the trial alone. */
  readonly improvedLoss?: number
  readonly improvedAt?: number
  /** Of metrics whose result is not the last value. */
  readonly recent?: Recent
  /** Running statistics since the last rung; only for a stopper that looks ahead. */
  readonly trend?: Trend
}

export const NO_PROGRESS: Progress = { lastIndex: -1, seen: 0, seenIndex: -1 }

export interface Objective {
  readonly metric: string
  readonly goal: Goal
  readonly stopper?: Stopper
  /** Metrics of which another value than the last one is the result; `metric` may be one of them. */
  readonly chosen?: readonly ChosenMetric[]
  /** The metric that counts as resource; the number of logged values of `metric` when absent. */
  readonly resource?: string
}

/** The summary of the trend is present only for a stopper that looks ahead. */
export interface Passed extends Partial<Course> {
  readonly rung: number
  /** The loss when the rung was reached, and the best one up to then. */
  readonly loss: number
  readonly best: number
  readonly improvedAt?: number
}

/** The finite number of a logged value; undefined for booleans, text, NaN and infinities. */
export function finiteOf(value: Json | undefined): number | undefined {
  const number = value instanceof Float ? value.value : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** A metric by its name: first as a flat key, then as a dotted path into nested objects. */
export function metricValue(values: { readonly [name: string]: Json }, name: string): number | undefined {
  if (Object.hasOwn(values, name)) return finiteOf(values[name])
  const parts = name.split('.')
  let at: Json | undefined = values
  for (const part of parts) {
    if (at === null || typeof at !== 'object' || Array.isArray(at) || at instanceof Float) return undefined
    at = Object.hasOwn(at, part) ? (at as { readonly [name: string]: Json })[part] : undefined
  }
  return parts.length > 1 ? finiteOf(at) : undefined
}

/**
 * Walks the rows (ascending by index). A row at or below an index that was counted before, a resend or a straggler, is
 * not counted again, so that the same rows twice change nothing.
 */
export function observe(
  progress: Progress,
  rows: readonly ObservedRow[],
  objective: Objective | undefined,
): { progress: Progress; passed: readonly Passed[] } {
  let { lastIndex, seen, seenIndex, bestLoss, rung, rungLoss, improvedLoss, improvedAt, trend } = progress
  let recent = progress.recent ?? {}
  const passed: Passed[] = []
  for (const row of rows) {
    for (const metric of row.index > lastIndex ? (objective?.chosen ?? []) : []) {
      const value = metricValue(row.values, metric.name)
      if (value !== undefined) recent = withValue(recent, metric, value)
    }
    lastIndex = Math.max(lastIndex, row.index)
    if (!objective || row.index <= seenIndex) continue
    const value = metricValue(row.values, objective.metric)
    if (value === undefined) continue
    const loss = lossOf(objective.goal, chosenValue(recent, objective.metric) ?? value)
    seen++
    seenIndex = row.index
    bestLoss = bestLoss === undefined ? loss : Math.min(bestLoss, loss)
    const resource = objective.resource === undefined ? seen : metricValue(row.values, objective.resource)
    if (!objective.stopper || resource === undefined) continue
    const { alone, looksAhead } = objective.stopper
    if (alone && (improvedLoss === undefined || loss < improvedLoss - alone.minDelta)) {
      improvedLoss = loss
      improvedAt = resource
    }
    if (looksAhead) trend = followed(trend, loss, resource)
    const before = rung
    for (;;) {
      const next = objective.stopper.nextRung(rung ?? Number.NEGATIVE_INFINITY)
      if (next === undefined || next > resource) break
      rung = next
      rungLoss = loss
      passed.push({
        rung,
        loss,
        best: bestLoss,
        ...(improvedAt !== undefined && { improvedAt }),
        ...(trend && courseOf(trend)),
      })
    }
    if (trend && rung !== undefined && rung !== before) trend = afterRung(trend, rung)
  }
  return {
    progress: {
      lastIndex,
      seen,
      seenIndex,
      ...(bestLoss !== undefined && { bestLoss }),
      ...(rung !== undefined && { rung }),
      ...(rungLoss !== undefined && { rungLoss }),
      ...(improvedLoss !== undefined && { improvedLoss }),
      ...(improvedAt !== undefined && { improvedAt }),
      ...(trend && { trend }),
      ...(Object.keys(recent).length > 0 && { recent }),
    },
    passed,
  }
}

/** A summary with the results of the metrics whose result is not the last value. */
export function withChosen(
  summary: { readonly [name: string]: Json },
  { recent = {} }: Pick<Progress, 'recent'>,
): { readonly [name: string]: Json } {
  const chosen = Object.keys(recent).map((name) => [name, chosenValue(recent, name)!] as const)
  return chosen.length === 0 ? summary : { ...summary, ...Object.fromEntries(chosen) }
}

/**
 * The latest value of each metric after these rows. Rows before the last index seen (stragglers) only add names that are
 * not there yet.
 */
export function summarize(
  summary: { readonly [name: string]: Json },
  rows: readonly ObservedRow[],
  lastIndex: number,
): { [name: string]: Json } {
  const next: { [name: string]: Json } = Object.assign(Object.create(null), summary)
  for (const row of rows)
    for (const [name, value] of Object.entries(row.values))
      if (row.index >= lastIndex || !(name in next)) next[name] = value
  return next
}

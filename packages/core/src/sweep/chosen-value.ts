/** `metric.summary`: which of the values that a run logs is its result. */
import type { Metric } from '../schema/sweep-config.ts'

/** Per metric, what its chosen value is made of: the best value, or the latest ones, oldest first. Values as reported. */
export type Recent = Readonly<Record<string, readonly number[]>>

/** A metric of which another value than the last one is the result. */
export type ChosenMetric = Pick<Metric, 'name' | 'goal' | 'summary'>

/** Those of the metrics that need {@link Recent}. */
export const chosenMetrics = (metrics: readonly ChosenMetric[]): readonly ChosenMetric[] =>
  metrics.filter(({ summary }) => summary !== undefined && summary.kind !== 'last')

/** With one more value. */
export function withValue(recent: Recent, { name, goal, summary }: ChosenMetric, value: number): Recent {
  const before = recent[name] ?? []
  if (summary?.kind === 'mean_of_last') return { ...recent, [name]: [...before, value].slice(-summary.count) }
  const best = goal === 'maximize' ? Math.max : Math.min
  return { ...recent, [name]: [best(value, ...before)] }
}

/** The result so far: the best value, or the mean of the latest ones. Undefined before the first value. */
export function chosenValue(recent: Recent, name: string): number | undefined {
  const values = recent[name]
  if (!values || values.length === 0) return undefined
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

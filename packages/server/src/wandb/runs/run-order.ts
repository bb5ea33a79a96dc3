import { type Json, numberOf } from '@chimney/core/schema/json'
import type { Fields } from './run-filter.ts'
import { summaryValue } from './summary-value.ts'

/**
 * A comparison for an order such as `-summary_metrics.val.loss`: a sign (`-` descending, `+` or none ascending), then a field of
 * {@link Fields}. Runs without the value, or with NaN, come last in both directions, so that
 * the first run of `best_run()` has the metric.
 */
export function runOrder(order: string): (a: Fields, b: Fields) => number {
  const direction = directionOf(order)
  const name = order.replace(/^[+-]/, '')
  return (a, b) => {
    const [left, right] = [sortable(chosen(a(name), direction)), sortable(chosen(b(name), direction))]
    if (left === undefined || right === undefined)
      return Number(left === undefined) - Number(right === undefined)
    // Numbers before text in both directions: text is not a metric value.
    if (typeof left !== typeof right) return typeof left === 'number' ? -1 : 1
    return left < right ? -direction : left > right ? direction : 0
  }
}

/** Of a metric with several summaries the one that counts first in this direction. */
const chosen = (value: Json | undefined, direction: 1 | -1) =>
  summaryValue(value, ['best', ...(direction === 1 ? ['min', 'max'] : ['max', 'min'])])

/** 1 ascending, −1 descending. */
export const directionOf = (order: string): 1 | -1 => (order.startsWith('-') ? -1 : 1)

function sortable(value: Json | undefined): number | string | undefined {
  const number = typeof value === 'boolean' ? Number(value) : numberOf(value)
  if (number !== undefined) return Number.isNaN(number) ? undefined : number
  if (typeof value === 'string') return value
  return Array.isArray(value) && value.length > 0 ? JSON.stringify(value) : undefined
}

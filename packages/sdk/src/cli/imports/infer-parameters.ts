import { Float } from '@chimney/core/schema/json'

/** A range of positive numbers whose ends differ by this factor is searched by their logarithm. */
const LOG_FACTOR = 100

/**
 * The smallest space that has all of these points: ranges of numbers (`int_uniform`, `uniform`, and `log_uniform_values` from a factor of
 * 100 on), lists of everything else, constants of what is always the same.
 */
export function inferParameters(
  points: readonly Readonly<Record<string, unknown>>[],
): Readonly<Record<string, object>> {
  const names = Object.keys(points[0] ?? {})
  return Object.fromEntries(names.map((name) => [name, inferred(points.map((point) => point[name]))]))
}

function inferred(values: readonly unknown[]): object {
  const distinct = new Map(values.map((value) => [keyOf(value), value]))
  if (distinct.size === 1) return { value: values[0] }
  const numbers = values.map(numberOf)
  if (!numbers.every((number) => number !== undefined && Number.isFinite(number)))
    return { values: [...distinct.values()] }
  const [min, max] = [Math.min(...(numbers as number[])), Math.max(...(numbers as number[]))]
  const isWhole = values.every((value) => typeof value === 'number' && Number.isInteger(value))
  if (isWhole) return { distribution: 'int_uniform', min, max }
  const distribution = min > 0 && max / min >= LOG_FACTOR ? 'log_uniform_values' : 'uniform'
  return { distribution, min: new Float(min), max: new Float(max) }
}

const keyOf = (value: unknown): string => (value instanceof Float ? `${value.value}` : JSON.stringify(value))

const numberOf = (value: unknown): number | undefined =>
  value instanceof Float ? value.value : typeof value === 'number' ? value : undefined

import { LongInteger } from '@chimney/core/schema/long-integer'

/** At most six significant digits. */
export const formatValue = (value: number): string => {
  if (!Number.isFinite(value) || Number.isSafeInteger(value)) return String(value)
  return String(Number(value.toPrecision(6)))
}

/** Flattens nested parameters: `{a: {b: 1}}` becomes `{'a.b': 1}`. Empty objects and lists are values. */
export const flattenParams = (
  params: Readonly<Record<string, unknown>>,
  prefix = '',
): Record<string, unknown> => {
  const flat: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(params)) {
    if (isNested(value)) Object.assign(flat, flattenParams(value, `${prefix}${name}.`))
    else flat[prefix + name] = value
  }
  return flat
}

const isNested = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  Object.getPrototypeOf(value) === Object.prototype &&
  Object.keys(value).length > 0

/** Removes control characters: text from a server or a child process must not control the terminal. */
export const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')

/** `lr=0.1 optimizer.name=adam` */
export const describeParams = (params: Readonly<Record<string, unknown>>): string =>
  Object.entries(flattenParams(params))
    .map(([name, value]) => printable(`${name}=${describeParam(value)}`))
    .join(' ')

const describeParam = (value: unknown): string => {
  if (typeof value === 'number') return formatValue(value)
  if (value instanceof LongInteger) return String(value.value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

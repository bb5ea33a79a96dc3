import { formatNumber } from './format.ts'

/** An input of the enqueue dialog. */
export interface Field {
  /** Dotted path. */
  readonly name: string
  /** Allowed values of a categorical parameter. */
  readonly values?: readonly unknown[]
  /** Text of the allowed range. */
  readonly range: string
}

interface Spec {
  readonly distribution?: string
  readonly value?: unknown
  readonly values?: readonly unknown[]
  readonly min?: number
  readonly max?: number
  readonly mu?: number
  readonly sigma?: number
  readonly parameters?: Readonly<Record<string, Spec>>
}

/** Parameters of the config that are not constant. */
export function fieldsOf(parameters: unknown, prefix = ''): Field[] {
  return Object.entries((parameters ?? {}) as Readonly<Record<string, Spec>>).flatMap(([key, spec]) => {
    const name = prefix + key
    if (spec.parameters) return fieldsOf(spec.parameters, `${name}.`)
    if ('value' in spec || spec.distribution === 'constant') return []
    if (spec.values) return [{ name, values: spec.values, range: '' }]
    return [{ name, range: rangeOf(spec) }]
  })
}

const rangeOf = ({ distribution = '', min, max, mu, sigma }: Spec): string => {
  // The distributions without `_values` have logarithms as bounds.
  const logs = /^(q_)?(inv_)?log_uniform$/.test(distribution)
  const end = (value: number) => formatNumber(logs ? Math.exp(value) : value)
  if (min !== undefined && max !== undefined) return `${end(min)} to ${end(max)}`
  return mu === undefined
    ? ''
    : `around ${formatNumber(mu)}${sigma === undefined ? '' : ` ± ${formatNumber(sigma)}`}`
}

/** Parses the inputs as JSON or else as text, and nests them by dotted name. Blank inputs are left out. */
export function paramsFrom(
  fields: readonly Field[],
  texts: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const params: Record<string, unknown> = {}
  for (const { name, values } of fields) {
    const text = texts[name]?.trim() ?? ''
    if (text === '') continue
    const value = values?.includes(text) ? text : parsed(text)
    const parts = name.split('.')
    let target = params
    for (const part of parts.slice(0, -1)) {
      target[part] ??= {}
      target = target[part] as Record<string, unknown>
    }
    target[parts[parts.length - 1]!] = value
  }
  return params
}

function parsed(text: string): unknown {
  // The service reads long integers from text, too.
  if (/^-?\d{16,}$/.test(text) && !Number.isSafeInteger(Number(text))) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

import { formatNumber } from './format.ts'

/** An input of the enqueue dialog. */
export interface Field {
  /** Dotted path. */
  readonly name: string
  /** Allowed values of a categorical parameter. */
  readonly values?: readonly unknown[]
  /** Text of the allowed range. */
  readonly range: string
  /** The parameter exists only where each of these parameters has one of the values. */
  readonly when?: readonly Condition[]
}

interface Condition {
  /** Dotted path. */
  readonly name: string
  readonly values: readonly unknown[]
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
  readonly when?: Readonly<Record<string, readonly unknown[]>>
}

/** Parameters of the config that are not constant. */
export function fieldsOf(parameters: unknown, prefix = '', around: readonly Condition[] = []): Field[] {
  return Object.entries((parameters ?? {}) as Readonly<Record<string, Spec>>).flatMap(([key, spec]) => {
    const name = prefix + key
    const conditions = [
      ...around,
      ...Object.entries(spec.when ?? {}).map(([other, values]) => ({ name: other, values })),
    ]
    if (spec.parameters) return fieldsOf(spec.parameters, `${name}.`, conditions)
    if ('value' in spec || spec.distribution === 'constant') return []
    const when = conditions.length > 0 && { when: conditions }
    if (spec.values) return [{ name, values: spec.values, range: '', ...when }]
    return [{ name, range: rangeOf(spec), ...when }]
  })
}

/** The fields that exist, or may exist, with these inputs. The value of a blank input is not known. */
export function existingFields(
  fields: readonly Field[],
  texts: Readonly<Record<string, string>>,
): readonly Field[] {
  const byName = new Map(fields.map((field) => [field.name, field]))
  const exists = ({ when = [] }: Field): boolean =>
    when.every(({ name, values }) => {
      const other = byName.get(name)
      if (other === undefined) return true
      if (!exists(other)) return false
      const text = texts[name]?.trim() ?? ''
      return text === '' || values.some((value) => sameValue(value, inputValue(other, text)))
    })
  return fields.filter(exists)
}

const sameValue = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const rangeOf = ({ distribution = '', min, max, mu, sigma }: Spec): string => {
  // The distributions without `_values` have logarithms as bounds.
  const logs = /^(q_)?(inv_)?log_uniform$/.test(distribution)
  const end = (value: number) => formatNumber(logs ? Math.exp(value) : value)
  if (min !== undefined && max !== undefined) return `${end(min)} to ${end(max)}`
  return mu === undefined
    ? ''
    : `around ${formatNumber(mu)}${sigma === undefined ? '' : ` ± ${formatNumber(sigma)}`}`
}

/**
 * Parses the inputs as JSON or else as text, and nests them by dotted name. Blank inputs are left out, and those of parameters
 * that do not exist with the others.
 */
export function paramsFrom(
  fields: readonly Field[],
  texts: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const params: Record<string, unknown> = {}
  for (const field of existingFields(fields, texts)) {
    const { name } = field
    const text = texts[name]?.trim() ?? ''
    if (text === '') continue
    const value = inputValue(field, text)
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

const inputValue = ({ values }: Field, text: string): unknown =>
  values?.includes(text) ? text : parsed(text)

function parsed(text: string): unknown {
  // The service reads long integers from text, too.
  if (/^-?\d{16,}$/.test(text) && !Number.isSafeInteger(Number(text))) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

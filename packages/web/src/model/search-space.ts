import { formatValue } from './format.ts'

/** A parameter of a sweep config. */
export interface Spec {
  readonly distribution?: string
  readonly values?: readonly unknown[]
  readonly value?: unknown
  readonly min?: number
  readonly max?: number
  readonly mu?: number
  readonly sigma?: number
  readonly q?: number
  readonly probabilities?: readonly number[]
}

/** Parameters by dotted path; nested ones are under `parameters`. */
export function specsOf(parameters: Readonly<Record<string, unknown>>, prefix = ''): Record<string, Spec> {
  const specs: Record<string, Spec> = {}
  for (const [name, given] of Object.entries(parameters)) {
    const spec = given as Spec & { parameters?: Record<string, unknown> }
    if (spec.parameters) Object.assign(specs, specsOf(spec.parameters, `${prefix}${name}.`))
    else specs[prefix + name] = spec
  }
  return specs
}

/** `log_uniform_values 0.0001 to 0.1`, `adam, sgd`, `= 3`. Distributions are named where they are not uniform. */
export function specText(spec: Spec): string {
  const { distribution, values, value, min, max, mu, sigma, q, probabilities } = spec
  if (values)
    return `${values.map(formatValue).join(', ')}${probabilities ? ` with probabilities ${probabilities.map(formatValue).join(', ')}` : ''}`
  if (value !== undefined) return `= ${formatValue(value)}`
  const parts = [
    ...(distribution && !PLAIN.has(distribution) ? [distribution] : []),
    ...(min !== undefined && max !== undefined ? [`${formatValue(min)} to ${formatValue(max)}`] : []),
    ...(mu !== undefined ? [`μ ${formatValue(mu)}`] : []),
    ...(sigma !== undefined ? [`σ ${formatValue(sigma)}`] : []),
    ...(q !== undefined ? [`step ${formatValue(q)}`] : []),
  ]
  return parts.length > 0 ? parts.join(' ') : formatValue(spec)
}

const PLAIN: ReadonlySet<string> = new Set(['uniform', 'int_uniform', 'categorical', 'constant'])

export interface SpaceRow {
  readonly name: string
  /** One per config; undefined where the parameter is missing. */
  readonly texts: readonly (string | undefined)[]
  readonly differs: boolean
}

/** The spaces of several configs, parameter by parameter: those that differ first. */
export function spaceRows(configs: readonly Readonly<Record<string, unknown>>[]): readonly SpaceRow[] {
  const spaces = configs.map(({ parameters = {} }) => specsOf(parameters as Record<string, unknown>))
  return [...new Set(spaces.flatMap(Object.keys))]
    .map((name): SpaceRow => {
      // Two distributions may have the same text but for what is not shown.
      const exact = spaces.map((space) => JSON.stringify(space[name]))
      const texts = spaces.map((space) => space[name] && specText(space[name]))
      return { name, texts, differs: new Set(exact).size > 1 }
    })
    .sort((a, b) => Number(b.differs) - Number(a.differs))
}

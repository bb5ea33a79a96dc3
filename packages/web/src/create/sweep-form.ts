import { goalOf } from '@chimney/core/schema/spelling/goal'
import { type Document, isMap, isScalar, parseDocument } from 'yaml'

/** Kinds of parameters. `other`: only editable as YAML. */
export type Kind = 'values' | 'range' | 'log' | 'integer' | 'constant' | 'other'

export interface ParameterForm {
  readonly name: string
  readonly kind: Kind
  /** For `values` and `constant`, as typed: `16, 32`. */
  readonly values: string
  readonly min: string
  readonly max: string
}

export interface SweepForm {
  readonly name: string
  readonly method: string
  readonly metric: string
  readonly goal: string
  readonly cap: string
  /** `early_terminate.type`; empty for none. */
  readonly early: string
  readonly parameters: readonly ParameterForm[]
}

const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value))

/** Parses the config for the form; undefined when it is not a YAML mapping. */
export function parseForm(yaml: string): SweepForm | undefined {
  const document = parseDocument(yaml)
  if (document.errors.length > 0) return undefined
  const config = document.toJS() as unknown
  if (!isObject(config)) return undefined
  const metric = isObject(config.metric) ? config.metric : {}
  const early = isObject(config.early_terminate) ? config.early_terminate : {}
  return {
    name: text(config.name),
    method: text(config.method),
    metric: text(metric.name),
    goal: goalOf(metric.goal) ?? (text(metric.goal) || 'minimize'),
    cap: text(config.run_cap),
    early: text(early.type),
    parameters: Object.entries(isObject(config.parameters) ? config.parameters : {}).map(([name, spec]) =>
      parameterOf(name, isObject(spec) ? spec : {}),
    ),
  }
}

function parameterOf(name: string, spec: Readonly<Record<string, unknown>>): ParameterForm {
  const { distribution, value, values, min, max } = spec
  const base = { name, values: '', min: text(min), max: text(max) }
  if (value !== undefined) return { ...base, kind: 'constant', values: listText([value]) }
  if (Array.isArray(values) && !('probabilities' in spec))
    return { ...base, kind: 'values', values: listText(values) }
  if (distribution === 'log_uniform_values') return { ...base, kind: 'log' }
  const bounded = typeof min === 'number' && typeof max === 'number'
  if (distribution === 'int_uniform') return { ...base, kind: 'integer' }
  if (distribution === undefined && bounded)
    return { ...base, kind: Number.isInteger(min) && Number.isInteger(max) ? 'integer' : 'range' }
  return { ...base, kind: distribution === 'uniform' ? 'range' : 'other' }
}

const listText = (values: readonly unknown[]): string =>
  values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(', ')

/** Applies the changes of the form to the YAML; everything else stays, including comments. */
export function updateYaml(yaml: string, before: SweepForm, after: SweepForm): string {
  const document = parseDocument(yaml)
  const set = (path: readonly string[], value: unknown) =>
    value === '' || value === undefined ? remove(document, path) : document.setIn(path, value)
  if (after.name !== before.name) set(['name'], after.name)
  if (after.method !== before.method) set(['method'], after.method)
  if (after.metric !== before.metric || after.goal !== before.goal)
    set(
      ['metric'],
      after.metric === ''
        ? ''
        : document.createNode({ name: after.metric, goal: after.goal }, { flow: true }),
    )
  if (after.cap !== before.cap) set(['run_cap'], numberOr(after.cap))
  if (after.early !== before.early)
    set(
      ['early_terminate'],
      after.early === '' ? '' : document.createNode(earlyOf(after.early), { flow: true }),
    )
  if (after.parameters.length === before.parameters.length)
    for (const [i, { name }] of before.parameters.entries())
      renameParameter(document, name, after.parameters[i]!.name)
  for (const { name } of before.parameters)
    if (!after.parameters.some((each) => each.name === name)) remove(document, ['parameters', name])
  if (!document.hasIn(['parameters']) && after.parameters.length > 0)
    document.setIn(['parameters'], document.createNode({}))
  for (const [i, parameter] of after.parameters.entries()) {
    const same = before.parameters.find(({ name }) => name === parameter.name)
    const renamed = after.parameters.length === before.parameters.length ? before.parameters[i] : undefined
    const known = same ?? (renamed && { ...renamed, name: parameter.name })
    if (parameter.kind !== 'other' && JSON.stringify(known) !== JSON.stringify(parameter))
      document.setIn(['parameters', parameter.name], document.createNode(specOf(parameter), { flow: true }))
  }
  return document.toString({ lineWidth: 110 })
}

/** In place, so that its comments and whatever the form does not show stay. */
function renameParameter(document: Document, from: string, to: string): void {
  if (from === to) return
  const parameters = document.get('parameters')
  if (!isMap(parameters)) return
  const pair = parameters.items.find(({ key }) => String(isScalar(key) ? key.value : key) === from)
  if (pair) pair.key = document.createNode(to)
}

const remove = (document: Document, path: readonly string[]) => void document.deleteIn(path)

function specOf({ kind, values, min, max }: ParameterForm): Record<string, unknown> {
  const bounds = { min: numberOr(min), max: numberOr(max) }
  switch (kind) {
    case 'values':
      return { values: listOf(values) }
    case 'constant':
      return { value: listOf(values)[0] ?? '' }
    case 'log':
      return { distribution: 'log_uniform_values', ...bounds }
    case 'integer':
      return { distribution: 'int_uniform', ...bounds }
    default:
      return { distribution: 'uniform', ...bounds }
  }
}

const earlyOf = (type: string): Record<string, unknown> =>
  type === 'hyperband' ? { type, min_iter: 3 } : { type }

const listOf = (list: string): unknown[] =>
  list
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map(typed)

/** Parses JSON, or returns the text. */
function typed(given: string): unknown {
  try {
    return JSON.parse(given)
  } catch {
    return given
  }
}

const numberOr = (given: string): unknown => {
  const trimmed = given.trim()
  return trimmed === '' || Number.isNaN(Number(trimmed)) ? trimmed : Number(trimmed)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

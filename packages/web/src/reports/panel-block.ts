import { parse } from 'yaml'

/** What a block of a report shows. `runs` is a filter as on the project page; without one, all runs. */
export type Panel =
  | {
      readonly type: 'curves'
      readonly metric: string
      readonly runs: string
      readonly limit: number
      readonly log: boolean
    }
  | {
      readonly type: 'runs'
      readonly runs: string
      readonly columns: readonly string[]
      readonly sort: string | undefined
      readonly limit: number
    }
  | { readonly type: 'importance'; readonly sweep: string }

const FIELDS = {
  curves: ['metric', 'runs', 'limit', 'log'],
  runs: ['runs', 'columns', 'sort', 'limit'],
  importance: ['sweep'],
} as const
const MAX = { curves: 20, runs: 100 } as const

/** Parses a block of YAML. Throws an error that says what to write. */
export function parsePanel(text: string): Panel {
  const value: unknown = parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('A panel is a list of fields such as `type: curves`.')
  const fields = value as Readonly<Record<string, unknown>>
  const { type } = fields
  if (type !== 'curves' && type !== 'runs' && type !== 'importance')
    throw new Error(`type is ${show(type)}; write curves, runs or importance.`)
  const known: readonly string[] = FIELDS[type]
  for (const name of Object.keys(fields))
    if (name !== 'type' && !known.includes(name))
      throw new Error(`A panel of type ${type} has no field ${name}; its fields are ${known.join(', ')}.`)
  if (type === 'importance')
    return { type, sweep: textOf(fields, 'sweep') ?? missing('sweep', 'the id of a sweep') }
  const limit = fields.limit ?? 10
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > MAX[type])
    throw new Error(`limit is ${show(limit)}; write a number from 1 to ${MAX[type]}.`)
  const runs = textOf(fields, 'runs') ?? ''
  if (type === 'curves')
    return {
      type,
      metric: textOf(fields, 'metric') ?? missing('metric', 'the name of a logged metric'),
      runs,
      limit,
      log: fields.log === true,
    }
  const { columns = [] } = fields
  if (!Array.isArray(columns) || !columns.every((name) => typeof name === 'string'))
    throw new Error('columns is a list of names: [run, lr, val_loss].')
  return { type, runs, columns, sort: textOf(fields, 'sort'), limit }
}

const show = (value: unknown) => (value === undefined ? 'missing' : JSON.stringify(value))

function textOf(fields: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = fields[name]
  if (value === undefined || typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  throw new Error(`${name} is ${show(value)}; write a text, in quotes if it has special characters.`)
}

function missing(name: string, what: string): never {
  throw new Error(`${name} is missing: ${what}.`)
}

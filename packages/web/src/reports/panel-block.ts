import { parse } from 'yaml'

/** Which runs a panel shows. */
interface RunChoice {
  /** A filter as on the project page; without one, all runs. */
  readonly runs: string
  /** Only those of this sweep. */
  readonly sweep: string | undefined
}
type Goal = 'minimize' | 'maximize'

/** What a block of a report shows. Names of columns are those of the table on the project page. */
export type Panel =
  | ({
      readonly type: 'curves'
      readonly metric: string
      readonly limit: number
      readonly log: boolean
    } & RunChoice)
  | ({
      readonly type: 'runs'
      readonly columns: readonly string[]
      readonly sort: string | undefined
      readonly limit: number
    } & RunChoice)
  | ({
      readonly type: 'scatter'
      readonly x: string
      readonly y: string
      readonly color: string | undefined
      readonly goal: Goal | undefined
      /** Columns with a log scale. */
      readonly log: readonly string[]
    } & RunChoice)
  | ({
      readonly type: 'parallel'
      /** From left to right; the last one is the objective. */
      readonly columns: readonly string[]
      readonly color: string | undefined
      readonly goal: Goal | undefined
      readonly log: readonly string[]
    } & RunChoice)
  | ({
      readonly type: 'history'
      /** Default: that of the sweep. */
      readonly metric: string | undefined
      readonly goal: Goal | undefined
      readonly log: boolean
    } & RunChoice)
  | { readonly type: 'importance'; readonly sweep: string }

export type PanelOf<T extends Panel['type']> = Extract<Panel, { readonly type: T }>

const FIELDS: Readonly<Record<Panel['type'], readonly string[]>> = {
  curves: ['metric', 'runs', 'sweep', 'limit', 'log'],
  runs: ['runs', 'sweep', 'columns', 'sort', 'limit'],
  scatter: ['x', 'y', 'color', 'goal', 'log', 'runs', 'sweep'],
  parallel: ['columns', 'color', 'goal', 'log', 'runs', 'sweep'],
  history: ['metric', 'goal', 'log', 'runs', 'sweep'],
  importance: ['sweep'],
}
const TYPES = Object.keys(FIELDS)
const MAX = { curves: 20, runs: 100 } as const

type Fields = Readonly<Record<string, unknown>>

/** Parses a block of YAML. Throws an error that says what to write. */
export function parsePanel(text: string): Panel {
  const value: unknown = parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('A panel is a list of fields such as `type: curves`.')
  const fields = value as Fields
  if (!TYPES.includes(fields.type as string))
    throw new Error(
      `type is ${show(fields.type)}; write ${TYPES.slice(0, -1).join(', ')} or ${TYPES.at(-1)}.`,
    )
  const type = fields.type as Panel['type']
  for (const name of Object.keys(fields))
    if (name !== 'type' && !FIELDS[type].includes(name))
      throw new Error(
        `A panel of type ${type} has no field ${name}; its fields are ${FIELDS[type].join(', ')}.`,
      )
  const sweep = textOf(fields, 'sweep')
  const choice: RunChoice = { runs: textOf(fields, 'runs') ?? '', sweep }
  switch (type) {
    case 'importance':
      return { type, sweep: sweep ?? missing('sweep', 'the id of a sweep') }
    case 'curves': {
      const metric = textOf(fields, 'metric') ?? missing('metric', 'the name of a logged metric')
      return { type, metric, limit: limitOf(fields, MAX.curves), log: switchOf(fields, 'log'), ...choice }
    }
    case 'runs':
      return {
        type,
        columns: namesOf(fields, 'columns'),
        sort: textOf(fields, 'sort'),
        limit: limitOf(fields, MAX.runs),
        ...choice,
      }
    case 'scatter':
      return {
        type,
        x: textOf(fields, 'x') ?? missing('x', 'a column of the runs'),
        y: textOf(fields, 'y') ?? missing('y', 'a column with numbers'),
        color: textOf(fields, 'color'),
        goal: goalOf(fields),
        log: namesOf(fields, 'log'),
        ...choice,
      }
    case 'parallel': {
      const columns = namesOf(fields, 'columns')
      if (columns.length < 2) missing('columns', 'at least two, such as [lr, dropout, val/loss]')
      return {
        type,
        columns,
        color: textOf(fields, 'color'),
        goal: goalOf(fields),
        log: namesOf(fields, 'log'),
        ...choice,
      }
    }
    case 'history': {
      const metric = textOf(fields, 'metric')
      if (metric === undefined && sweep === undefined)
        missing('metric', 'a column with numbers, or give a sweep')
      return { type, metric, goal: goalOf(fields), log: switchOf(fields, 'log'), ...choice }
    }
  }
}

const show = (value: unknown) => (value === undefined ? 'missing' : JSON.stringify(value))

function limitOf({ limit = 10 }: Fields, most: number): number {
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > most)
    throw new Error(`limit is ${show(limit)}; write a number from 1 to ${most}.`)
  return limit
}

function switchOf(fields: Fields, name: string): boolean {
  const value = fields[name] ?? false
  if (typeof value !== 'boolean') throw new Error(`${name} is ${show(value)}; write true or false.`)
  return value
}

function goalOf({ goal }: Fields): Goal | undefined {
  if (goal !== undefined && goal !== 'minimize' && goal !== 'maximize')
    throw new Error(`goal is ${show(goal)}; write minimize or maximize.`)
  return goal
}

function namesOf(fields: Fields, name: string): readonly string[] {
  const names = fields[name] ?? []
  if (!Array.isArray(names) || !names.every((each) => typeof each === 'string'))
    throw new Error(`${name} is a list of columns: [lr, val_loss].`)
  return names
}

function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  if (value === undefined || typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  throw new Error(`${name} is ${show(value)}; write a text, in quotes if it has special characters.`)
}

function missing(name: string, what: string): never {
  throw new Error(`${name} is missing: ${what}.`)
}

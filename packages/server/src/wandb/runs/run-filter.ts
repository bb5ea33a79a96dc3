import { isObject, type Json, numberOf, parseJson } from '@chimney/core/schema/json'
import { Problem } from '@chimney/core/schema/problem'
import { RE2JS } from 're2js'
import { valueAt } from './json-path.ts'
import { summaryValue } from './summary-value.ts'

/** Reads a field of a run by its name in the filter language; undefined when the run does not have it. */
export type Fields = (name: string) => Json | undefined
export type Filter = (fields: Fields) => boolean

const ALL: Filter = () => true
const MAX_DEPTH = 20
/** Clients list the prior runs of a sweep by name. */
const MAX_FILTER = 250_000
const MAX_PATTERNS = 20

/**
 * W&B's filters of runs: MongoDB's query language, less of it. Null, '', `{}` and the text `"{}"` match everything. Throws
 * `Problem('invalid', 'invalid-filter')` for an operator that does not exist, rather than answering too many runs.
 */
export function parseFilter(text: string | null | undefined): Filter {
  if (!text) return ALL
  const json = read(text)
  if (json === null) return ALL
  return typeof json === 'string' ? parseFilter(json) : filterOf(json, 0)
}

function read(text: string): Json {
  if (text.length > MAX_FILTER) throw refused(`a filter may have at most ${MAX_FILTER} characters`)
  if (text.split('"$regex"').length > MAX_PATTERNS + 1)
    throw refused(`a filter may have at most ${MAX_PATTERNS} $regex`)
  return parseJson(text)
}

/** The sweep in the top level of a filter, so that only its runs are read. */
export function sweepOfFilter(text: string | null | undefined): string | undefined {
  if (!text) return undefined
  const json = read(text)
  const clauses = isObject(json)
    ? [json, ...(Array.isArray(json.$and) ? (json.$and as readonly Json[]) : [])]
    : []
  for (const clause of clauses) {
    const sweep = isObject(clause) ? clause.sweep : undefined
    if (typeof sweep === 'string') return sweep
    if (isObject(sweep) && typeof sweep.$eq === 'string') return sweep.$eq
  }
  return undefined
}

/** The names that a filter of the form `{"$or": [{"name": …}, …]}` lists, each once; undefined for any other filter. */
export function namesOfFilter(text: string): readonly string[] | undefined {
  const json = read(text)
  const clauses = isObject(json) && Object.keys(json).join() === '$or' ? json.$or : [json]
  if (!Array.isArray(clauses)) return undefined
  const names = (clauses as readonly Json[]).flatMap((clause) =>
    isObject(clause) && Object.keys(clause).join() === 'name' && typeof clause.name === 'string'
      ? [clause.name]
      : [],
  )
  return names.length === clauses.length ? [...new Set(names)] : undefined
}

const refused = (message: string): Problem => new Problem('invalid', 'invalid-filter', message)

function filterOf(json: Json, depth: number): Filter {
  if (depth > MAX_DEPTH) throw refused(`filters may be nested ${MAX_DEPTH} deep at most`)
  if (!isObject(json)) throw refused('a filter must be an object such as {"state": "finished"}')
  const parts = Object.entries(json).map(([name, value]) => clause(name, value, depth + 1))
  return (fields) => parts.every((part) => part(fields))
}

function clause(name: string, value: Json, depth: number): Filter {
  if (name === '$and' || name === '$or' || name === '$nor') {
    if (!Array.isArray(value)) throw refused(`${name} takes a list of filters`)
    const parts = (value as readonly Json[]).map((part) => filterOf(part, depth))
    if (name === '$and') return (fields) => parts.every((part) => part(fields))
    if (name === '$or') return (fields) => parts.some((part) => part(fields))
    return (fields) => !parts.some((part) => part(fields))
  }
  if (name === '$not') {
    const part = filterOf(value, depth)
    return (fields) => !part(fields)
  }
  if (name.startsWith('$')) throw refused(`${name} is not an operator of filters`)
  const test = condition(value, depth)
  return (fields) => test(fields(name))
}

type Test = (value: Json | undefined) => boolean

function condition(wanted: Json, depth: number): Test {
  if (depth > MAX_DEPTH) throw refused(`filters may be nested ${MAX_DEPTH} deep at most`)
  if (!isObject(wanted)) return equalTo(wanted)
  const { $options, ...others } = wanted
  const operators = Object.entries(others)
  if (!Object.keys(wanted).some((name) => name.startsWith('$'))) return equalTo(wanted)
  if ($options !== undefined && !Object.hasOwn(others, '$regex')) throw refused('$options belongs to $regex')
  const tests = operators.map(([name, operand]) =>
    name === '$regex' ? matching(operand, $options) : operator(name, operand, depth + 1),
  )
  return (value) => tests.every((test) => test(value))
}

function operator(name: string, operand: Json, depth: number): Test {
  switch (name) {
    case '$eq':
      return equalTo(operand)
    case '$ne': {
      const equal = equalTo(operand)
      return (value) => !equal(value)
    }
    case '$in':
    case '$nin': {
      if (!Array.isArray(operand)) throw refused(`${name} takes a list of values`)
      const tests = (operand as readonly Json[]).map(equalTo)
      const found: Test = (value) => tests.some((test) => test(value))
      return name === '$in' ? found : (value) => !found(value)
    }
    case '$gt':
      return (value) => compared(value, operand, (order) => order > 0)
    case '$gte':
      return (value) => compared(value, operand, (order) => order >= 0)
    case '$lt':
      return (value) => compared(value, operand, (order) => order < 0)
    case '$lte':
      return (value) => compared(value, operand, (order) => order <= 0)
    case '$exists':
      return (value) => (value !== undefined && value !== null) === (operand !== false)
    case '$all': {
      if (!Array.isArray(operand)) throw refused('$all takes a list of values')
      const tests = (operand as readonly Json[]).map(equalTo)
      return (value) => tests.length > 0 && tests.every((test) => test(value))
    }
    case '$size': {
      const size = numberOf(operand)
      if (size === undefined) throw refused('$size takes a number')
      return (value) => Array.isArray(value) && value.length === size
    }
    case '$elemMatch': {
      const test = element(operand, depth)
      return (value) => Array.isArray(value) && (value as readonly Json[]).some(test)
    }
    case '$not': {
      const test = condition(operand, depth)
      return (value) => !test(value)
    }
    default:
      throw refused(
        `${name} is not an operator of filters; use $eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $all, $size, $elemMatch, $exists, $regex or $not`,
      )
  }
}

/** What an item of a list must be: a value under conditions such as `{"$gt": 1}`, or an object that a filter matches. */
function element(operand: Json, depth: number): Test {
  if (!isObject(operand)) throw refused('$elemMatch takes conditions such as {"$gt": 1}')
  if (Object.keys(operand).some((name) => name.startsWith('$') && !['$and', '$or', '$nor'].includes(name)))
    return condition(operand, depth)
  const filter = filterOf(operand, depth)
  return (item) => filter((name) => valueAt(item, name))
}

/** A field that is a list matches when one of its items does, as in MongoDB. */
function equalTo(wanted: Json): Test {
  const same = (value: Json | undefined): boolean => {
    const [a, b] = [numberOf(summaryValue(value)), numberOf(wanted)]
    if (a !== undefined && b !== undefined) return a === b
    if (value === undefined || value === null) return wanted === null
    if (typeof value === 'object' || typeof wanted === 'object')
      return JSON.stringify(value) === JSON.stringify(wanted)
    return value === wanted
  }
  return (value) => same(value) || (Array.isArray(value) && (value as readonly Json[]).some(same))
}

function compared(value: Json | undefined, operand: Json, test: (order: number) => boolean): boolean {
  const [a, b] = [numberOf(summaryValue(value)), numberOf(operand)]
  if (a !== undefined && b !== undefined) return test(a - b)
  if (typeof value !== 'string' || typeof operand !== 'string') return false
  const [left, right] = [timeIn(value), timeIn(operand)]
  if (left !== undefined && right !== undefined) return test(left - right)
  return test(value < operand ? -1 : value > operand ? 1 : 0)
}

/** Unix ms of an ISO 8601 time or date; UTC without an offset. */
function timeIn(text: string): number | undefined {
  const [, day, time = '', offset = ''] = ISO.exec(text) ?? []
  if (day === undefined) return undefined
  const at = Date.parse(time === '' ? day : `${day}T${time}${offset || 'Z'}`)
  return Number.isNaN(at) ? undefined : at
}
const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/

const MAX_PATTERN = 200
/** Only this much of a value is matched, in characters. */
const MAX_SUBJECT = 1000

/** RE2 syntax, matched in linear time: no pattern can block the service. It has no lookaround and no backreferences. */
function matching(operand: Json, options: Json | undefined): Test {
  if (typeof operand !== 'string' || operand.length > MAX_PATTERN)
    throw refused(`$regex takes a pattern of at most ${MAX_PATTERN} characters`)
  const letters = options ?? ''
  if (typeof letters !== 'string' || !/^[ims]*$/.test(letters))
    throw refused('$options takes the letters i, m and s')
  let pattern: RE2JS
  try {
    pattern = RE2JS.compile(letters === '' ? operand : `(?${letters})${operand}`)
  } catch (error) {
    throw refused(`$regex ${JSON.stringify(operand)} is not valid RE2 syntax: ${(error as Error).message}`)
  }
  const test = (value: Json | undefined): boolean =>
    typeof value === 'string' && pattern.matcher(value.slice(0, MAX_SUBJECT)).find()
  return (value) => test(value) || (Array.isArray(value) && (value as readonly Json[]).some(test))
}

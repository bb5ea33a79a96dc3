/**
 * Compiles an expression to closures over a point; nothing is evaluated as code. A condition is a margin: above 0 where it holds,
 * below 0 where it does not, with the distance as size, and NaN where it is unknown, because a parameter does not exist
 * there or has no number. `and`, `or` and `not` follow the three-valued logic of SQL, whose CHECK constraints hold
 * unless they are false.
 */
import { canonicalKey } from '../../schema/canonical.ts'
import { type Json, numberOf } from '../../schema/json.ts'
import { meantKey } from '../../schema/spelling/known-keys.ts'
import type { Dimension, Point, Space } from '../space.ts'
import { type Comparison, type Expression, ExpressionError } from './expression.ts'
import { FUNCTIONS } from './functions.ts'

export type Kind = 'number' | 'text' | 'boolean' | 'other'

/** A value at a point; undefined where it is unknown. */
interface Term {
  readonly kinds: ReadonlySet<Kind>
  readonly valueAt: (point: Point) => Json | undefined
  readonly numberAt: (point: Point) => number
  /** Only for a parameter, and only for a literal. */
  readonly dimension?: Dimension
  readonly literal?: Json
  /** For messages. */
  readonly text: string
}

export type Margin = (point: Point) => number

export interface Compiled {
  readonly margin: Margin
  /** Indices of the dimensions that the expression names, ascending. */
  readonly dimensions: readonly number[]
}

/** Throws {@link ExpressionError} for unknown names and wrong types. */
export function compile(expression: Expression, space: Space): Compiled {
  const named = new Set<number>()
  const margin = conditionOf(expression, { space, named })
  if (named.size === 0) throw new ExpressionError('no parameter is named', `name one of ${someNames(space)}`)
  return { margin, dimensions: [...named].sort((a, b) => a - b) }
}

interface Scope {
  readonly space: Space
  readonly named: Set<number>
}

/** The least margin, for conditions that hold or fail without a distance. */
const TINY = Number.MIN_VALUE

const someNames = ({ dimensions }: Space) =>
  dimensions
    .slice(0, 10)
    .map(({ name }) => (/^[\p{L}_$][\p{L}\p{N}_$.]*$/u.test(name) ? name : `param(${JSON.stringify(name)})`))
    .join(', ')

function conditionOf(node: Expression, scope: Scope): Margin {
  if (node.type === 'unary' && node.operator === 'not') {
    const inner = conditionOf(node.argument, scope)
    return (point) => -inner(point)
  }
  if (node.type === 'binary') {
    const { operator, left, right } = node
    if (operator === 'and' || operator === 'or') {
      const [a, b] = [conditionOf(left, scope), conditionOf(right, scope)]
      return operator === 'and' ? (point) => both(a(point), b(point)) : (point) => -both(-a(point), -b(point))
    }
    if (operator === 'in') return membership(left, right, scope)
    if (isComparison(operator)) return comparison(operator, left, right, scope)
  }
  const term = termOf(node, scope)
  if (term.kinds.size === 1 && term.kinds.has('boolean'))
    return (point) => {
      const value = term.valueAt(point)
      return value === undefined ? Number.NaN : value === true ? 1 : -1
    }
  throw new ExpressionError(
    `${term.text} is ${aKind(term)}, not a condition`,
    `compare it, for example ${term.text} ${term.kinds.has('number') ? '<= 1' : '== "a"'}`,
  )
}

/** The smaller margin; a known failure decides, else anything unknown does. */
const both = (a: number, b: number): number => (a < 0 && !(b < a) ? a : b < 0 ? b : Math.min(a, b))

const isComparison = (operator: string): operator is Comparison =>
  ['==', '!=', '<', '<=', '>', '>='].includes(operator)

const isOrder = (operator: Comparison) => operator !== '==' && operator !== '!='

function comparison(operator: Comparison, left: Expression, right: Expression, scope: Scope): Margin {
  for (const side of [left, right])
    if (isOrder(operator) && side.type === 'binary' && isComparison(side.operator))
      throw new ExpressionError('comparisons cannot be chained', 'write a < b and b < c')
  if (left.type === 'unary' && left.operator === 'not')
    throw new ExpressionError('not applies to the first value only', 'write not (a == b), with parentheses')
  const [a, b] = [termOf(left, scope), termOf(right, scope)]
  if (operator === '==') return equality(a, b)
  if (operator === '!=') {
    const equal = equality(a, b)
    return (point) => -equal(point)
  }
  mustBeNumber(a, operator)
  mustBeNumber(b, operator)
  const [x, y] = [a.numberAt, b.numberAt]
  switch (operator) {
    case '<':
      return (point) => less(x(point), y(point))
    case '>':
      return (point) => less(y(point), x(point))
    case '<=':
      return (point) => -less(y(point), x(point))
    default:
      return (point) => -less(x(point), y(point))
  }
}

/** The margin of x < y. Infinite ends are far away, equal ends miss by the least. */
const less = (x: number, y: number): number => {
  const margin = y - x
  if (margin > 0) return margin
  if (margin < 0) return margin
  return x === y ? -TINY : Number.NaN
}

function equality(a: Term, b: Term): Margin {
  if (![...a.kinds].some((kind) => b.kinds.has(kind)))
    throw new ExpressionError(
      `${a.text} is ${aKind(a)} and ${b.text} ${aKind(b)}: they are never equal`,
      'compare values of the same type',
    )
  mayBe(a, b)
  mayBe(b, a)
  if (isNumber(a) && isNumber(b)) {
    const [x, y] = [a.numberAt, b.numberAt]
    return (point) => {
      const [left, right] = [x(point), y(point)]
      return left === right ? TINY : -Math.abs(left - right)
    }
  }
  return (point) => {
    const [left, right] = [a.valueAt(point), b.valueAt(point)]
    if (left === undefined || right === undefined) return Number.NaN
    return same(left, right) ? 1 : -1
  }
}

const same = (a: Json, b: Json): boolean => {
  if (a === b) return true
  if (typeof a === 'string' || typeof b === 'string') return false
  return canonicalKey(a) === canonicalKey(b)
}

/** A listed parameter that never has the value is a misspelling. */
function mayBe({ dimension }: Term, { literal }: Term): void {
  if (dimension?.categories === undefined || literal === undefined) return
  if (dimension.indexOf(literal) !== undefined) return
  const some = dimension.categories.slice(0, 10).map(canonicalKey).join(', ')
  throw new ExpressionError(`${dimension.name} is never ${canonicalKey(literal)}`, `use one of ${some}`)
}

function membership(left: Expression, right: Expression, scope: Scope): Margin {
  const term = termOf(left, scope)
  if (right.type !== 'list' || right.elements.length === 0)
    throw new ExpressionError('in needs a list of values', `write for example: ${term.text} in ["a", "b"]`)
  const equals = right.elements.map((element) => {
    if (element.type === 'list') throw new ExpressionError('a list has no lists inside', 'give plain values')
    return equality(term, termOf(element, scope))
  })
  return (point) => {
    let margin = Number.NEGATIVE_INFINITY
    for (const equal of equals) margin = -both(-margin, -equal(point))
    return margin
  }
}

function termOf(node: Expression, scope: Scope): Term {
  switch (node.type) {
    case 'literal':
      return literal(node.value)
    case 'name':
      return parameter(node.name, scope)
    case 'call':
      return called(node.name, node.args, scope)
    case 'unary':
      if (node.operator !== 'not') {
        const inner = mustBeNumber(termOf(node.argument, scope), node.operator)
        const { numberAt } = inner
        return numeric(
          node.operator === '-' ? (point) => -numberAt(point) : numberAt,
          `${node.operator}${inner.text}`,
          node.argument.type === 'literal' && typeof node.argument.value === 'number'
            ? (node.operator === '-' ? -1 : 1) * node.argument.value
            : undefined,
        )
      }
      break
    case 'binary':
      if (node.operator in ARITHMETIC) {
        if (node.operator === '**' && node.left.type === 'unary')
          throw new ExpressionError('- before ** is ambiguous', 'write -(a ** b) or (0 - a) ** b')
        const a = mustBeNumber(termOf(node.left, scope), node.operator)
        const b = mustBeNumber(termOf(node.right, scope), node.operator)
        const [x, y, calculate] = [a.numberAt, b.numberAt, ARITHMETIC[node.operator]!]
        return numeric((point) => calculate(x(point), y(point)), `(${a.text} ${node.operator} ${b.text})`)
      }
      break
    case 'list':
      throw new ExpressionError('a list stands here', 'use lists after in only: optimizer in ["adam", "sgd"]')
  }
  const margin = conditionOf(node, scope)
  return {
    kinds: new Set<Kind>(['boolean']),
    valueAt: (point) => {
      const value = margin(point)
      return Number.isNaN(value) ? undefined : value > 0
    },
    numberAt: () => Number.NaN,
    text: 'the condition',
  }
}

/** Remainders and whole quotients as in Python: rounded down. */
const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': (a, b) => Math.floor(a / b),
  '%': (a, b) => {
    const rest = a % b
    return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest
  },
  '**': (a, b) => a ** b,
}

const numeric = (numberAt: (point: Point) => number, text: string, value?: number): Term => ({
  kinds: new Set<Kind>(['number']),
  numberAt,
  valueAt: (point) => {
    const number = numberAt(point)
    return Number.isNaN(number) ? undefined : number
  },
  text,
  ...(value !== undefined && { literal: value }),
})

function literal(value: number | string | boolean | null): Term {
  const text = JSON.stringify(value)
  if (typeof value === 'number') return numeric(() => value, text, value)
  return {
    kinds: new Set([kindOf(value)]),
    valueAt: () => value,
    numberAt: () => Number.NaN,
    literal: value,
    text,
  }
}

function parameter(name: string, { space, named }: Scope): Term {
  const d = space.dimensions.findIndex((dimension) => dimension.name === name)
  if (d < 0) {
    const inside = space.dimensions.filter((dimension) => dimension.name.startsWith(`${name}.`))
    if (inside.length > 0)
      throw new ExpressionError(
        `${name} is a group of parameters`,
        `name one of ${inside
          .slice(0, 10)
          .map((one) => one.name)
          .join(', ')}`,
      )
    const meant = meantKey(
      name,
      space.dimensions.map((dimension) => dimension.name),
    )
    throw new ExpressionError(
      `${name} is not a parameter of this sweep`,
      `${meant === undefined ? `name one of ${someNames(space)}` : `write ${meant}`}; write texts in quotes`,
    )
  }
  named.add(d)
  const dimension = space.dimensions[d]!
  return {
    kinds: new Set<Kind>(dimension.categories?.map(kindOf) ?? ['number']),
    valueAt: (point) => point[d],
    numberAt: (point) => numberOf(point[d]) ?? Number.NaN,
    dimension,
    text: name,
  }
}

function called(name: string, args: readonly Expression[], scope: Scope): Term {
  if (name === 'param') {
    const [first] = args
    if (args.length !== 1 || first?.type !== 'literal' || typeof first.value !== 'string')
      throw new ExpressionError('param needs a name in quotes', 'write param("learning-rate")')
    return parameter(first.value, scope)
  }
  const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
  if (known === undefined)
    throw new ExpressionError(
      `there is no function ${name}`,
      `use one of ${[...Object.keys(FUNCTIONS), 'param'].join(', ')}`,
    )
  const { call, least, most } = known
  if (args.length < least || args.length > most)
    throw new ExpressionError(
      `${name} takes ${most === least ? least : `at least ${least}`} ${most === 1 ? 'value' : 'values'}, not ${args.length}`,
      `write ${name}(${least === 1 ? 'a' : 'a, b'})`,
    )
  const terms = args.map((arg) => mustBeNumber(termOf(arg, scope), name).numberAt)
  return numeric((point) => call(...terms.map((term) => term(point))), `${name}(…)`)
}

const isNumber = ({ kinds }: Term) => kinds.size === 1 && kinds.has('number')

/** A list that holds other values beside numbers is unknown where it has one of those. */
function mustBeNumber(term: Term, operator: string): Term {
  if (term.kinds.has('number')) return term
  throw new ExpressionError(
    `${operator} needs numbers, and ${term.text} is ${aKind(term)}`,
    `compare ${term.text} with == or !=, or with in`,
  )
}

const kindOf = (value: Json): Kind => {
  if (numberOf(value) !== undefined) return 'number'
  return typeof value === 'string' ? 'text' : typeof value === 'boolean' ? 'boolean' : 'other'
}

const aKind = ({ kinds, literal }: Term): string => {
  if (literal === null) return 'null'
  return [...kinds].map((kind) => (kind === 'other' ? 'a list, an object or null' : `a ${kind}`)).join(' or ')
}

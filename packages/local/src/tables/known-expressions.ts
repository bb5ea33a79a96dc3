import type { ExpressionContext, ExpressionParser } from 'dynalite'
import conditionParser from 'dynalite/db/conditionParser.js'
import updateParser from 'dynalite/db/updateParser.js'

/** Expressions whose check reads values, not only their types. */
const READS_VALUES = /\b(?:between|attribute_type)\b/i
const MAX_EXPRESSIONS = 1_000

class Placeholder {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

interface Known {
  readonly isKeyCondition: boolean
  readonly attrNames: Readonly<Record<string, string>>
  /** The values of the request that it was parsed for, without what they hold. */
  readonly types: Readonly<Record<string, object>>
  readonly parsed: unknown
  readonly names: readonly string[]
  readonly values: readonly string[]
}

/**
 * Makes dynalite parse each expression once. The store sends the same few with other values, and parsing one takes longer than the rest
 * of its request. What an expression means depends on the types of its values only.
 */
export function rememberExpressions(): void {
  for (const parser of [conditionParser, updateParser]) {
    if (!patched.has(parser)) parser.parse = remembered(parser.parse)
    patched.add(parser)
  }
}

const patched = new WeakSet<ExpressionParser>()

/** A parser with the same results, which keeps them. */
export function remembered(parse: ExpressionParser['parse']): ExpressionParser['parse'] {
  const known = new Map<string, Known[]>()
  let count = 0

  function learn(expression: string, context: ExpressionContext): Known | undefined {
    const { attrNames = {}, attrVals = {} } = context
    const unusedAttrNames = { ...attrNames }
    const unusedAttrVals = { ...attrVals }
    const parsed = parse(expression, { context: { ...context, unusedAttrNames, unusedAttrVals } })
    if (typeof parsed === 'string') return undefined // the sentence of an error
    if (count++ === MAX_EXPRESSIONS) {
      known.clear()
      count = 1
    }
    const nameOf = new Map(Object.entries(attrVals).map(([name, value]) => [value, name]))
    const result: Known = {
      isKeyCondition: context.isKeyCondition === true,
      attrNames: { ...attrNames },
      types: Object.fromEntries(
        Object.entries(attrVals).map(([name, value]) => [name, withoutContent(value)]),
      ),
      parsed: emptied(parsed, nameOf),
      names: Object.keys(attrNames).filter((name) => !(name in unusedAttrNames)),
      values: Object.keys(attrVals).filter((name) => !(name in unusedAttrVals)),
    }
    known.set(expression, [...(known.get(expression) ?? []), result])
    return result
  }

  return (expression, options) => {
    const { context } = options
    if (READS_VALUES.test(expression)) return parse(expression, options)
    const found = known.get(expression)?.find((one) => isFor(one, context)) ?? learn(expression, context)
    if (!found) return parse(expression, options)
    for (const name of found.names) delete context.unusedAttrNames[name]
    for (const name of found.values) delete context.unusedAttrVals[name]
    return filled(found.parsed, context.attrVals ?? {})
  }
}

/** Whether the expression means the same in this request: equal names, and values of equal types. */
const isFor = (known: Known, { isKeyCondition = false, attrNames, attrVals }: ExpressionContext): boolean =>
  known.isKeyCondition === isKeyCondition &&
  agrees(known.attrNames, attrNames, (one, other) => one === other) &&
  agrees(known.types, attrVals, (one, other) => agrees(one as Types, other as Types, () => true))

type Types = Readonly<Record<string, unknown>>

const withoutContent = (value: object): object =>
  Object.fromEntries(Object.keys(value).map((type) => [type, true]))

function agrees<T>(
  a: Readonly<Record<string, T>> = {},
  b: Readonly<Record<string, T>> = {},
  same: (one: T, other: T) => boolean,
): boolean {
  let count = 0
  for (const name in a) {
    if (!(name in b) || !same(a[name]!, b[name]!)) return false
    count++
  }
  for (const _ in b) count--
  return count === 0
}

/** A copy with placeholders for the values of the request. */
function emptied(parsed: unknown, names: ReadonlyMap<unknown, string>): unknown {
  const name = names.get(parsed)
  if (name !== undefined) return new Placeholder(name)
  return copied(parsed, (part) => emptied(part, names))
}

/** A copy, which dynalite may change, with the values of the request. */
function filled(parsed: unknown, values: Readonly<Record<string, object>>): unknown {
  if (parsed instanceof Placeholder) return values[parsed.name]
  return copied(parsed, (part) => filled(part, values))
}

function copied(value: unknown, copy: (part: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copy)
  const result = Object.create(Object.getPrototypeOf(value))
  for (const [name, part] of Object.entries(value)) result[name] = copy(part)
  return result
}

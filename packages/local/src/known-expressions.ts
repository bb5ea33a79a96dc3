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
  const known = new Map<string, Known>()

  function learn(expression: string, context: ExpressionContext, key: string): Known | undefined {
    const { attrNames = {}, attrVals = {} } = context
    const unusedAttrNames = { ...attrNames }
    const unusedAttrVals = { ...attrVals }
    const parsed = parse(expression, { context: { ...context, unusedAttrNames, unusedAttrVals } })
    if (typeof parsed === 'string') return undefined // the sentence of an error
    if (known.size >= MAX_EXPRESSIONS) known.clear()
    const nameOf = new Map(Object.entries(attrVals).map(([name, value]) => [value, name]))
    const result = {
      parsed: emptied(parsed, nameOf),
      names: Object.keys(attrNames).filter((name) => !(name in unusedAttrNames)),
      values: Object.keys(attrVals).filter((name) => !(name in unusedAttrVals)),
    }
    known.set(key, result)
    return result
  }

  return (expression, options) => {
    const { context } = options
    if (READS_VALUES.test(expression)) return parse(expression, options)
    const key = keyOf(expression, context)
    const found = known.get(key) ?? learn(expression, context, key)
    if (!found) return parse(expression, options)
    for (const name of found.names) delete context.unusedAttrNames[name]
    for (const name of found.values) delete context.unusedAttrVals[name]
    return filled(found.parsed, context.attrVals ?? {})
  }
}

const keyOf = (
  expression: string,
  { attrNames = {}, attrVals = {}, isKeyCondition }: ExpressionContext,
): string => {
  const types = Object.entries(attrVals).map(([name, value]) => [name, ...Object.keys(value)])
  return JSON.stringify([expression, isKeyCondition, attrNames, types])
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

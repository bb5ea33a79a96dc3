/** The part of DynamoDB's expression language that the store writes: conditions and updates over one item. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'

export type Item = Readonly<Record<string, AttributeValue>>
export interface Env {
  readonly names: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, AttributeValue>>
}

type Scalar = string | number
const scalarOf = (value: AttributeValue | undefined): Scalar | undefined =>
  value?.S ?? (value?.N === undefined ? undefined : Number(value.N))

const TOKEN = /\s*([#:]\w+|\w+|<=|>=|[=<>(),])/gy
const tokens = (text: string): string[] => [...text.matchAll(TOKEN)].map((match) => match[1]!)

/** Whether the condition holds. A comparison with a missing attribute is false. */
export function holds(condition: string, item: Item, { names, values }: Env): boolean {
  const left = tokens(condition)
  const next = () => left.shift()!
  const expect = (token: string) => {
    if (next() !== token) throw new Error(`cannot read the condition ${condition}`)
  }
  const operand = (token: string) => scalarOf(token.startsWith('#') ? item[names[token]!] : values[token])
  const list = (until: string) => {
    const members: string[] = []
    while (members.length === 0 || left[0] === until) {
      if (members.length > 0) next()
      members.push(next())
    }
    return members
  }
  const any = (): boolean => {
    let holds = all()
    while (left[0] === 'OR') {
      next()
      holds = all() || holds
    }
    return holds
  }
  const all = (): boolean => {
    let holds = one()
    while (left[0] === 'AND') {
      next()
      holds = one() && holds
    }
    return holds
  }
  const one = (): boolean => {
    const token = next()
    if (token === 'NOT') return !one()
    if (token === '(') {
      const holds = any()
      expect(')')
      return holds
    }
    if (token === 'size') {
      next()
      const value = item[names[next()]!]
      expect(')')
      const size = value?.NS?.length
      return compared(size, next(), operand(next()))
    }
    if (left[0] === '(') {
      next()
      const [name, prefix] = list(',')
      expect(')')
      const value = item[names[name!]!]
      if (token === 'attribute_exists') return value !== undefined
      if (token === 'attribute_not_exists') return value === undefined
      if (token === 'begins_with') return String(scalarOf(value)).startsWith(String(operand(prefix!)))
      throw new Error(`cannot read the condition ${condition}`)
    }
    const value = operand(token)
    const operator = next()
    if (operator === 'IN') {
      expect('(')
      const members = list(',').map(operand)
      expect(')')
      return value !== undefined && members.includes(value)
    }
    const low = operand(next())
    if (operator === 'BETWEEN') {
      expect('AND')
      const high = operand(next())
      return compared(value, '>=', low) && compared(value, '<=', high)
    }
    return compared(value, operator, low)
  }
  const result = any()
  if (left.length > 0) throw new Error(`cannot read the condition ${condition}`)
  return result
}

function compared(a: Scalar | undefined, operator: string, b: Scalar | undefined): boolean {
  if (a === undefined || b === undefined || typeof a !== typeof b) return false
  if (operator === '=') return a === b
  if (operator === '<') return a < b
  if (operator === '<=') return a <= b
  if (operator === '>') return a > b
  if (operator === '>=') return a >= b
  throw new Error(`unknown comparison ${operator}`)
}

/** The item after the update; every clause reads the item as it was before. */
export function updated(update: string, item: Item, { names, values }: Env): Item {
  const after: Record<string, AttributeValue> = { ...item }
  for (const [, verb, clauses] of update.matchAll(
    /(SET|REMOVE|ADD|DELETE) (.*?)(?= (?:SET|REMOVE|ADD|DELETE) |$)/g,
  ))
    for (const clause of clauses!.split(', ')) {
      const [target, source = ''] = clause.split(verb === 'SET' ? ' = ' : ' ')
      const name = names[target!]!
      const value = source.startsWith('#') ? item[names[source]!] : values[source]
      const before = item[name]
      if (verb === 'SET') after[name] = value!
      else if (verb === 'REMOVE') delete after[name]
      else if (verb === 'ADD' && value!.N !== undefined)
        after[name] = { N: String(Number(before?.N ?? 0) + Number(value!.N)) }
      else if (verb === 'ADD') after[name] = { NS: [...new Set([...(before?.NS ?? []), ...value!.NS!])] }
      else {
        const rest = (before?.NS ?? []).filter((member) => !value!.NS!.includes(member))
        if (rest.length > 0) after[name] = { NS: rest }
        else delete after[name]
      }
    }
  return after
}

import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { convertToAttr } from '@aws-sdk/util-dynamodb'
import type { Attribute } from './attributes.ts'

/** Condition of a write: `#name` is an attribute, `:name` one of `values`. */
export interface Condition {
  readonly that: string
  readonly values?: Readonly<Record<string, Attribute>>
}

export const IS_NEW: Condition = { that: 'attribute_not_exists(#pk)' }
export const EXISTS: Condition = { that: 'attribute_exists(#pk)' }
/** The stored revision is the one before `next`. */
export const follows = (next: number): Condition => ({ that: '#rev = :before', values: { before: next - 1 } })

/** Update of one item. All clauses refer to the item before the update. */
export interface Change {
  /** Undefined removes the attribute. */
  readonly set?: Readonly<Record<string, Attribute | undefined>>
  /** Target attribute: source attribute. */
  readonly copy?: Readonly<Record<string, string>>
  /** Adds to a number, or members to a set; an absent one counts as 0 or empty. */
  readonly add?: Readonly<Record<string, number | ReadonlySet<number>>>
  /** Removes members from a set. */
  readonly drop?: Readonly<Record<string, ReadonlySet<number>>>
}

/** Expression parameters of a request. Empty maps are omitted, since AWS refuses them. */
export interface Expressions {
  UpdateExpression?: string
  ConditionExpression?: string
  ExpressionAttributeNames?: Record<string, string>
  ExpressionAttributeValues?: Record<string, AttributeValue>
}

/** Uses placeholders for all names and values, so that no input becomes part of an expression. */
export function expressions(condition: Condition | undefined, change?: Change): Expressions {
  const values: Record<string, AttributeValue> = {}
  const result: Expressions = {}
  if (change) result.UpdateExpression = updateOf(change, values)
  if (condition) {
    result.ConditionExpression = condition.that
    for (const [name, value] of Object.entries(condition.values ?? {}))
      values[`:${name}`] = convertToAttr(value)
  }
  const text = `${result.UpdateExpression ?? ''} ${result.ConditionExpression ?? ''}`
  const names = Object.fromEntries(
    [...text.matchAll(/#(\w+)/g)].map(([placeholder, name = '']) => [placeholder, name]),
  )
  if (Object.keys(names).length > 0) result.ExpressionAttributeNames = names
  if (Object.keys(values).length > 0) result.ExpressionAttributeValues = values
  return result
}

function updateOf(
  { set = {}, copy = {}, add = {}, drop = {} }: Change,
  values: Record<string, AttributeValue>,
): string {
  const value = (prefix: string, name: string, of: Attribute) => {
    const placeholder = `:${prefix}_${name}`
    values[placeholder] = convertToAttr(of)
    return placeholder
  }
  const clauses: Record<'SET' | 'REMOVE' | 'ADD' | 'DELETE', string[]> = {
    SET: [],
    REMOVE: [],
    ADD: [],
    DELETE: [],
  }
  for (const [name, to] of Object.entries(set))
    if (to === undefined) clauses.REMOVE.push(`#${name}`)
    else clauses.SET.push(`#${name} = ${value('set', name, to)}`)
  for (const [target, source] of Object.entries(copy)) clauses.SET.push(`#${target} = #${source}`)
  for (const [name, by] of Object.entries(add)) clauses.ADD.push(`#${name} ${value('add', name, by)}`)
  for (const [name, by] of Object.entries(drop)) clauses.DELETE.push(`#${name} ${value('drop', name, by)}`)
  return Object.entries(clauses)
    .filter(([, list]) => list.length > 0)
    .map(([verb, list]) => `${verb} ${list.join(', ')}`)
    .join(' ')
}

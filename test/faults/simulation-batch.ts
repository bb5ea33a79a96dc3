import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'

type Key = Record<string, AttributeValue>

/**
 * Executes part of a batch, as DynamoDB does when throughput is short: the answer names the items that are left. Undefined for
 * other commands and batches of one item. `execute` executes a whole request.
 */
export function inPart(command: unknown, below: (n: number) => number, execute: (part: unknown) => object) {
  if (command instanceof BatchGetItemCommand) {
    const [[table, asked] = ['', { Keys: [] }]] = Object.entries(command.input.RequestItems ?? {})
    const keys = (asked.Keys ?? []) as Key[]
    if (keys.length < 2) return undefined
    const done = below(keys.length)
    const left = { [table]: { ...asked, Keys: keys.slice(done) } }
    // A batch without keys is not a valid request.
    if (done === 0) return { Responses: { [table]: [] }, UnprocessedKeys: left }
    const part = new BatchGetItemCommand({
      RequestItems: { [table]: { ...asked, Keys: keys.slice(0, done) } },
    })
    return { ...execute(part), UnprocessedKeys: left }
  }
  if (command instanceof BatchWriteItemCommand) {
    const [[table, writes] = ['', []]] = Object.entries(command.input.RequestItems ?? {})
    const all = writes as WriteRequest[]
    if (all.length < 2) return undefined
    const done = below(all.length)
    const left = { [table]: all.slice(done) }
    if (done === 0) return { UnprocessedItems: left }
    const part = new BatchWriteItemCommand({ RequestItems: { [table]: all.slice(0, done) } })
    return { ...execute(part), UnprocessedItems: left }
  }
  return undefined
}

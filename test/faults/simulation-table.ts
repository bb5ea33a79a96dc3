/**
 * The part of DynamoDB that the store uses, in memory and synchronous, so that a test can run thousands of schedules. The store
 * suite runs on it, too. Limits (item size, page size, throughput) are not modelled. Counts capacity units if asked, as AWS does, but
 * none of the index.
 */
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { type Env, holds, type Item, updated } from './simulation-expression.ts'

type Key = Record<string, AttributeValue>
const text = (key: Key, name: string): string => (key[name] as { S: string }).S
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

export function memoryTable() {
  const partitions = new Map<string, Map<string, Item>>()
  const partitionOf = (pk: string) => {
    const found = partitions.get(pk) ?? new Map<string, Item>()
    partitions.set(pk, found)
    return found
  }
  const get = (key: Key) => partitions.get(text(key, 'pk'))?.get(text(key, 'sk'))
  const set = (item: Item) => partitionOf(text(item, 'pk')).set(text(item, 'sk'), item)
  const remove = (key: Key) => partitions.get(text(key, 'pk'))?.delete(text(key, 'sk'))

  /** The current item; throws when the condition does not hold. */
  function checked(key: Key, condition: string | undefined, env: Env): Item | undefined {
    const item = get(key)
    if (condition === undefined || holds(condition, item ?? {}, env)) return item
    throw Object.assign(new Error('The conditional request failed'), {
      name: 'ConditionalCheckFailedException',
      $metadata: { attempts: 1 },
    })
  }

  function query(input: QueryCommandInput) {
    const { IndexName, ExclusiveStartKey, ScanIndexForward = true, Limit = Number.POSITIVE_INFINITY } = input
    const env = envOf(input)
    const candidates = IndexName
      ? [...partitions.values()].flatMap((items) => [...items.values()])
      : [...partitionOf((env.values[':pk'] as { S: string }).S).values()]
    const sortKey = IndexName
      ? (item: Item) => `${text(item, 'gsi1sk')}\n${text(item, 'pk')}`
      : (item: Item) => text(item, 'sk')
    const found = candidates
      .filter((item) => holds(input.KeyConditionExpression!, item, env))
      .sort((a, b) => compare(sortKey(a), sortKey(b)) * (ScanIndexForward ? 1 : -1))
    const start = ExclusiveStartKey && sortKey(ExclusiveStartKey)
    const after =
      start === undefined
        ? found
        : found.filter((item) => compare(sortKey(item), start) * (ScanIndexForward ? 1 : -1) > 0)
    const Items = after.slice(0, Limit)
    return after.length > Items.length ? { Items, LastEvaluatedKey: Items.at(-1)! } : { Items }
  }

  /** Executes one command, or throws as AWS does. */
  function execute(command: unknown): object {
    if (command instanceof GetItemCommand) {
      const item = get(command.input.Key!)
      return item ? { Item: item } : {}
    }
    if (command instanceof QueryCommand) return query(command.input)
    if (command instanceof PutItemCommand) {
      const { Item: item, ConditionExpression } = command.input
      checked(item!, ConditionExpression, envOf(command.input))
      set(item!)
      return {}
    }
    if (command instanceof UpdateItemCommand) {
      const { Key: key, ConditionExpression, UpdateExpression } = command.input
      const env = envOf(command.input)
      const before = checked(key!, ConditionExpression, env)
      const after = updated(UpdateExpression!, before ?? { ...key! }, env)
      set(after)
      return { Attributes: after }
    }
    if (command instanceof DeleteItemCommand) {
      checked(command.input.Key!, command.input.ConditionExpression, envOf(command.input))
      remove(command.input.Key!)
      return {}
    }
    if (command instanceof BatchGetItemCommand) {
      const [[name, { Keys }]] = Object.entries(command.input.RequestItems!) as [[string, { Keys: Key[] }]]
      return { Responses: { [name]: Keys.map(get).filter((item) => item !== undefined) } }
    }
    if (command instanceof BatchWriteItemCommand) {
      for (const request of Object.values(command.input.RequestItems!).flat())
        remove(request.DeleteRequest!.Key!)
      return {}
    }
    throw new Error(`the in-memory table does not implement ${(command as object).constructor.name}`)
  }
  /** Executes a command and adds the units that it consumes. */
  function metered(command: unknown): object {
    const { input } = command as { input: { ReturnConsumedCapacity?: string; ConsistentRead?: boolean } }
    if (input.ReturnConsumedCapacity === undefined) return execute(command)
    const before = 'Key' in input ? get(input.Key as Key) : undefined
    const answer = execute(command) as { Item?: Item; Items?: Item[]; Responses?: Record<string, Item[]> }
    const reads = (items: readonly Item[], consistent = input.ConsistentRead) =>
      Math.max(1, Math.ceil(items.reduce((sum, item) => sum + bytesOf(item), 0) / 4096)) /
      (consistent ? 1 : 2)
    const writes = () => {
      const after = command instanceof PutItemCommand ? command.input.Item! : get((input as { Key: Key }).Key)
      return Math.max(1, ...[before, after].map((item) => Math.ceil((item ? bytesOf(item) : 0) / 1024)))
    }
    const units =
      command instanceof QueryCommand
        ? reads(answer.Items!)
        : command instanceof GetItemCommand
          ? reads(answer.Item ? [answer.Item] : [])
          : command instanceof BatchGetItemCommand
            ? Object.values(answer.Responses!)
                .flat()
                .reduce((sum, item) => sum + reads([item], true), 0)
            : command instanceof BatchWriteItemCommand
              ? Object.values(command.input.RequestItems!).flat().length
              : writes()
    return { ...answer, ConsumedCapacity: { CapacityUnits: units } }
  }
  /** Partition and sort key of every item. */
  const addresses = () =>
    [...partitions].flatMap(([pk, items]) => [...items.keys()].map((sk) => `${pk} ${sk}`))
  return { execute: metered, addresses }
}

/** A client whose every request goes through `send`. */
export const clientOf = (send: (command: unknown) => Promise<object>): DynamoDBClient =>
  ({ send }) as unknown as DynamoDBClient

const envOf = (input: {
  ExpressionAttributeNames?: Record<string, string> | undefined
  ExpressionAttributeValues?: Record<string, AttributeValue> | undefined
}): Env => ({ names: input.ExpressionAttributeNames ?? {}, values: input.ExpressionAttributeValues ?? {} })

/** Names and values; a number has a byte for two digits and one more. */
function bytesOf(item: Item): number {
  const numberBytes = (digits: string) => Math.ceil(digits.length / 2) + 1
  const valueBytes = ({ S, N, B, NS }: AttributeValue) =>
    S !== undefined
      ? Buffer.byteLength(S)
      : N !== undefined
        ? numberBytes(N)
        : B !== undefined
          ? B.length
          : (NS ?? []).reduce((sum, digits) => sum + numberBytes(digits), 3)
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value),
    0,
  )
}

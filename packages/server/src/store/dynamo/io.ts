import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type ConsumedCapacity,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { convertToAttr, marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { inParallel } from '../../in-parallel.ts'
import { readCursor, writeCursor } from '../codec/cursor.ts'
import type { Page } from '../page.ts'
import { type Attribute, type Attributes, textOf } from './attributes.ts'
import { batches, drain } from './batches.ts'
import { isLostRace, problemOf } from './errors.ts'
import { type Change, type Condition, expressions } from './expression.ts'
import type { ItemKey, ItemRange } from './item-keys.ts'
import { TABLE } from './table.ts'

/** Receives the consumed capacity of every request. `op` is the store's method. A lost race counts as one write unit. */
export type Meter = (op: string, units: { readonly read: number; readonly write: number }) => void

export interface DynamoStoreOptions {
  readonly client: DynamoDBClient
  readonly table: string
  readonly meter?: Meter
  /** Waits before unprocessed items are sent again. */
  readonly pause?: (ms: number) => Promise<unknown>
  /** Waiting numbers in the head of a sweep; tests choose a small one. */
  readonly maxWaiting?: number
}

type Values = Readonly<Record<string, Attribute | undefined>>

/** DynamoDB requests with plain items, lost races as return values, errors as problems, and metered capacity. */
export interface DynamoIo {
  get(op: string, key: ItemKey, eventual?: 'eventual'): Promise<Attributes | undefined>
  /** False when the condition does not hold. */
  put(op: string, key: ItemKey, values: Values, condition?: Condition): Promise<boolean>
  /** The item after the update; undefined when the condition does not hold. Without a condition, creates a missing item. */
  update(op: string, key: ItemKey, change: Change, condition?: Condition): Promise<Attributes | undefined>
  /** No effect when the item does not exist or the condition does not hold. */
  remove(op: string, key: ItemKey, condition?: Condition): Promise<void>
  /** All items of the range, ascending, or the first `limit`. */
  query(op: string, range: ItemRange, options?: QueryOptions): Promise<readonly Attributes[]>
  /** One request's part of the range (at most 1 MB) after the sort key `after`. `last` is the last sort key; absent at the end. */
  stretch(
    op: string,
    range: ItemRange,
    after: string | undefined,
  ): Promise<{ items: readonly Attributes[]; last?: string }>
  page(op: string, range: ItemRange, page: Page): Promise<{ items: readonly Attributes[]; cursor?: string }>
  /** Keys under one partition of the index, eventually consistent. */
  pageOfIndex(
    op: string,
    gsi1pk: string,
    page: Page,
    newestFirst: boolean,
  ): Promise<{ items: readonly ItemKey[]; cursor?: string }>
  /** In the order of the keys, which must be distinct; undefined for a missing item. */
  getAll(op: string, keys: readonly ItemKey[]): Promise<readonly (Attributes | undefined)[]>
  removeAll(op: string, keys: readonly ItemKey[]): Promise<void>
}
export interface QueryOptions {
  readonly eventual?: boolean
  readonly keysOnly?: boolean
  /** The greatest sort keys, in descending order. */
  readonly lastFirst?: boolean
  readonly limit?: number
}

/** Limits of one request, set by DynamoDB. */
const GETS = 100
const WRITES = 25
const OMIT_UNDEFINED = { removeUndefinedValues: true }
type Metered = { readonly ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] | undefined }

const MARK_BYTES = 6
/** Drawn for many marks at once, since each draw is a call of the operating system. */
let drawn = Buffer.alloc(0)

function newMark(): string {
  if (drawn.length === 0) drawn = randomBytes(256 * MARK_BYTES)
  const mark = drawn.toString('base64url', 0, MARK_BYTES)
  drawn = drawn.subarray(MARK_BYTES)
  return mark
}

export function dynamoIo({ client, table, meter, pause = setTimeout }: DynamoStoreOptions): DynamoIo {
  const TableName = table
  const capacity = meter ? ({ ReturnConsumedCapacity: 'TOTAL' } as const) : {}

  async function metered<T extends Metered>(
    op: string,
    kind: 'read' | 'write',
    request: Promise<T>,
  ): Promise<T> {
    let answer: T
    try {
      answer = await request
    } catch (error) {
      if (isLostRace(error)) meter?.(op, { read: 0, write: 1 })
      throw problemOf(error, op)
    }
    const units = [answer.ConsumedCapacity ?? []]
      .flat()
      .reduce((sum, one) => sum + (one.CapacityUnits ?? 0), 0)
    meter?.(op, { read: 0, write: 0, [kind]: units })
    return answer
  }

  async function get(op: string, key: ItemKey, eventual?: 'eventual') {
    const command = new GetItemCommand({
      TableName,
      Key: marshall(key),
      ConsistentRead: eventual === undefined,
      ...capacity,
    })
    const { Item } = await metered(op, 'read', client.send(command))
    return Item && itemOf(Item)
  }

  /**
   * The SDK retries a request whose response was lost. If the first attempt succeeded, the retry fails on its own write. Every
   * conditional write therefore stores a random mark, which identifies the writer.
   */
  async function lost(
    op: string,
    key: ItemKey,
    mark: string,
    error: unknown,
  ): Promise<Attributes | undefined> {
    if (!isLostRace(error)) throw error
    const { $metadata } = error as { $metadata?: { attempts?: number } }
    if (($metadata?.attempts ?? 1) < 2) return undefined
    const item = await get(op, key)
    return item?.mark === mark ? item : undefined
  }

  async function put(op: string, key: ItemKey, values: Values, condition?: Condition) {
    const mark = newMark()
    const command = new PutItemCommand({
      TableName,
      Item: marshall({ ...values, ...key, ...(condition && { mark }) }, OMIT_UNDEFINED),
      ...expressions(condition),
      ...capacity,
    })
    try {
      await metered(op, 'write', client.send(command))
      return true
    } catch (error) {
      return (await lost(op, key, mark, error)) !== undefined
    }
  }

  async function update(op: string, key: ItemKey, change: Change, condition?: Condition) {
    const mark = newMark()
    const command = new UpdateItemCommand({
      TableName,
      Key: marshall(key),
      ReturnValues: 'ALL_NEW',
      ...expressions(condition, condition ? { ...change, set: { ...change.set, mark } } : change),
      ...capacity,
    })
    try {
      const { Attributes = {} } = await metered(op, 'write', client.send(command))
      return itemOf(Attributes)
    } catch (error) {
      return lost(op, key, mark, error)
    }
  }

  async function remove(op: string, key: ItemKey, condition?: Condition) {
    const command = new DeleteItemCommand({
      TableName,
      Key: marshall(key),
      ...expressions(condition),
      ...capacity,
    })
    try {
      await metered(op, 'write', client.send(command))
    } catch (error) {
      if (!isLostRace(error)) throw error
    }
  }

  /** Follows LastEvaluatedKey until the end or `limit` items. */
  async function queryAll(op: string, input: Omit<QueryCommandInput, 'TableName'>, limit = Infinity) {
    const items: Record<string, AttributeValue>[] = []
    let from = input.ExclusiveStartKey
    do {
      const command = new QueryCommand({
        ...input,
        TableName,
        ExclusiveStartKey: from,
        ...(limit === Infinity ? {} : { Limit: limit - items.length }),
        ...capacity,
      })
      const answer = await metered(op, 'read', client.send(command))
      items.push(...(answer.Items ?? []))
      from = answer.LastEvaluatedKey
    } while (from && items.length < limit)
    return items.map(itemOf)
  }

  async function query(
    op: string,
    range: ItemRange,
    { eventual = false, keysOnly = false, lastFirst = false, limit }: QueryOptions = {},
  ) {
    const input = {
      ...rangeOf(range, keysOnly),
      ConsistentRead: !eventual,
      ...(lastFirst && { ScanIndexForward: false }),
    }
    return queryAll(op, input, limit)
  }

  async function stretch(op: string, range: ItemRange, after: string | undefined) {
    const command = new QueryCommand({
      ...rangeOf(range),
      TableName,
      ConsistentRead: true,
      ...(after !== undefined && { ExclusiveStartKey: marshall({ pk: range.pk, sk: after }) }),
      ...capacity,
    })
    const { Items = [], LastEvaluatedKey } = await metered(op, 'read', client.send(command))
    const items = Items.map(itemOf)
    return LastEvaluatedKey ? { items, last: textOf(itemOf(LastEvaluatedKey), 'sk') } : { items }
  }

  // Reads one item more than requested to know whether another page exists; otherwise the last page would often be empty.
  async function page(op: string, range: ItemRange, { cursor, limit }: Page) {
    const list = `${range.pk}/${'prefix' in range ? range.prefix : ''}`
    const start = cursor === undefined ? undefined : readCursor(list, cursor, 1)[0]!
    if (start !== undefined && 'prefix' in range && !start.startsWith(range.prefix)) readCursor(list, '', 1)
    const input = { ...rangeOf(range), ConsistentRead: true }
    const items = await queryAll(
      op,
      start === undefined ? input : { ...input, ExclusiveStartKey: marshall({ pk: range.pk, sk: start }) },
      limit + 1,
    )
    const last = items.length > limit ? items[limit - 1] : undefined
    return last
      ? { items: items.slice(0, limit), cursor: writeCursor(list, [textOf(last, 'sk')]) }
      : { items }
  }

  async function pageOfIndex(op: string, gsi1pk: string, { cursor, limit }: Page, newestFirst: boolean) {
    const input: Omit<QueryCommandInput, 'TableName'> = {
      IndexName: TABLE.index.name,
      KeyConditionExpression: '#gsi1pk = :gsi1pk',
      ExpressionAttributeNames: { '#gsi1pk': 'gsi1pk' },
      ExpressionAttributeValues: { ':gsi1pk': convertToAttr(gsi1pk) },
      ScanIndexForward: !newestFirst,
    }
    if (cursor !== undefined) {
      const [gsi1sk, pk, sk] = readCursor(gsi1pk, cursor, 3)
      input.ExclusiveStartKey = marshall({ gsi1pk, gsi1sk, pk, sk })
    }
    const found = await queryAll(op, input, limit + 1)
    const items = found.slice(0, limit).map((item) => ({ pk: textOf(item, 'pk'), sk: textOf(item, 'sk') }))
    const last = found.length > limit ? found[limit - 1] : undefined
    if (!last) return { items }
    return {
      items,
      cursor: writeCursor(gsi1pk, [textOf(last, 'gsi1sk'), textOf(last, 'pk'), textOf(last, 'sk')]),
    }
  }

  async function getAll(op: string, keys: readonly ItemKey[]) {
    const found = new Map<string, Attributes>()
    const id = (key: { pk: string; sk: string }) => `${key.pk}\n${key.sk}`
    await inParallel(batches(keys, GETS), (batch) =>
      drain(op, pause, batch, async (left) => {
        const command = new BatchGetItemCommand({
          RequestItems: {
            [table]: { Keys: left.map((key) => marshall(key)), ConsistentRead: true },
          },
          ...capacity,
        })
        const answer = await metered(op, 'read', client.send(command))
        for (const item of answer.Responses?.[table]?.map(itemOf) ?? [])
          found.set(id({ pk: textOf(item, 'pk'), sk: textOf(item, 'sk') }), item)
        return (answer.UnprocessedKeys?.[table]?.Keys ?? []).map(itemOf).map(keyOf)
      }),
    )
    return keys.map((key) => found.get(id(key)))
  }

  async function removeAll(op: string, keys: readonly ItemKey[]) {
    await inParallel(batches(keys, WRITES), (batch) =>
      drain(op, pause, batch, async (left) => {
        const requests = left.map((key) => ({ DeleteRequest: { Key: marshall(key) } }))
        const command = new BatchWriteItemCommand({ RequestItems: { [table]: requests }, ...capacity })
        const answer = await metered(op, 'write', client.send(command))
        return (answer.UnprocessedItems?.[table] ?? []).map((one) =>
          keyOf(itemOf(one.DeleteRequest?.Key ?? {})),
        )
      }),
    )
  }

  return { get, put, update, remove, query, stretch, page, pageOfIndex, getAll, removeAll }
}

const itemOf = (item: Record<string, AttributeValue>) => unmarshall(item) as Attributes

const keyOf = (item: Attributes): ItemKey => ({ pk: textOf(item, 'pk'), sk: textOf(item, 'sk') })

function rangeOf(range: ItemRange, keysOnly = false) {
  const names: Record<string, string> = { '#pk': 'pk' }
  const values: Record<string, AttributeValue> = { ':pk': convertToAttr(range.pk) }
  let condition = '#pk = :pk'
  if ('prefix' in range) {
    condition += ' AND begins_with(#sk, :prefix)'
    values[':prefix'] = convertToAttr(range.prefix)
  } else if ('from' in range) {
    condition += ' AND #sk BETWEEN :from AND :to'
    values[':from'] = convertToAttr(range.from)
    values[':to'] = convertToAttr(range.to)
  }
  // DynamoDB refuses unused names.
  if (keysOnly || condition.includes('#sk')) names['#sk'] = 'sk'
  return {
    KeyConditionExpression: condition,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ...(keysOnly && { ProjectionExpression: '#pk, #sk' }),
  }
}

import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { Action, ActionTypes, Refusal } from 'dynalite'
import batchGetItem from 'dynalite/actions/batchGetItem.js'
import batchWriteItem from 'dynalite/actions/batchWriteItem.js'
import createTable from 'dynalite/actions/createTable.js'
import deleteItem from 'dynalite/actions/deleteItem.js'
import describeTable from 'dynalite/actions/describeTable.js'
import getItem from 'dynalite/actions/getItem.js'
import putItem from 'dynalite/actions/putItem.js'
import query from 'dynalite/actions/query.js'
import updateItem from 'dynalite/actions/updateItem.js'
import batchGetItemTypes from 'dynalite/validations/batchGetItem.js'
import batchWriteItemTypes from 'dynalite/validations/batchWriteItem.js'
import createTableTypes from 'dynalite/validations/createTable.js'
import deleteItemTypes from 'dynalite/validations/deleteItem.js'
import describeTableTypes from 'dynalite/validations/describeTable.js'
import getItemTypes from 'dynalite/validations/getItem.js'
import validations from 'dynalite/validations/index.js'
import putItemTypes from 'dynalite/validations/putItem.js'
import queryTypes from 'dynalite/validations/query.js'
import updateItemTypes from 'dynalite/validations/updateItem.js'
import { reasonOf } from '../cloud-error.ts'
import { rememberExpressions } from './known-expressions.ts'
import { openTables, type Tables } from './tables.ts'

/** The requests of the store, see `server/src/store/dynamo`. */
const ACTIONS = new Map<unknown, readonly [Action, ActionTypes]>([
  [BatchGetItemCommand, [batchGetItem, batchGetItemTypes]],
  [BatchWriteItemCommand, [batchWriteItem, batchWriteItemTypes]],
  [CreateTableCommand, [createTable, createTableTypes]],
  [DeleteItemCommand, [deleteItem, deleteItemTypes]],
  [DescribeTableCommand, [describeTable, describeTableTypes]],
  [GetItemCommand, [getItem, getItemTypes]],
  [PutItemCommand, [putItem, putItemTypes]],
  [QueryCommand, [query, queryTypes]],
  [UpdateItemCommand, [updateItem, updateItemTypes]],
])

interface Command {
  readonly input: object
}

export interface InProcessDynamo {
  readonly client: DynamoDBClient
  /** As that of the tables. */
  readonly copyTo: Tables['copyTo']
  stop(): Promise<void>
}

/**
 * DynamoDB in this process without a socket: a client whose `send` calls the actions of dynalite with the command's input. It passes
 * no middleware of the AWS SDK, so there is no signature, serialization or retry. With `path` its data is in that folder, which no other
 * process may have open (see `data-folder.ts`), and acknowledged writes survive a crash of the process, but not of the machine. Without
 * `path` the data is in memory.
 */
export async function openDynamo(path?: string, log?: (line: string) => void): Promise<InProcessDynamo> {
  rememberExpressions()
  const { store, copyTo, close } = await openTables(path, log)

  const send = (command: Command) =>
    new Promise<unknown>((resolve, reject) => {
      const found = ACTIONS.get(command.constructor)
      if (!found) throw new TypeError(`the embedded DynamoDB has no ${command.constructor.name}`)
      const [action, { types, custom }] = found
      let data: object
      try {
        // The types of an input are those of the AWS SDK, so their check at run time is left out.
        data = toWire(command.input) as object
        validations.checkValidations(data, types, custom, store)
      } catch (error) {
        return reject(awsErrorOf(error))
      }
      action(store, data, (error, answer) => {
        if (error) reject(awsErrorOf(error))
        else resolve(fromWire(answer))
      })
    })

  return { client: { send, destroy: () => {} } as unknown as DynamoDBClient, copyTo, stop: close }
}

/** A copy as JSON has it: bytes as base64, without undefined fields. */
function toWire(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
  if (Array.isArray(value)) return value.map(toWire)
  const copy: Record<string, unknown> = {}
  for (const [name, each] of Object.entries(value)) if (each !== undefined) copy[name] = toWire(each)
  return copy
}

/** With the bytes of binary attributes: `{ B: … }` and `{ BS: […] }`, whose names have other types nowhere. Copies only what has some. */
function fromWire(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  let copy: Record<string, unknown> | undefined
  for (const [name, each] of Object.entries(value)) {
    const read =
      name === 'B' && typeof each === 'string'
        ? bytesOf(each)
        : name === 'BS' && Array.isArray(each)
          ? each.map(bytesOf)
          : fromWire(each)
    if (read === each) continue
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
    copy[name] = read
  }
  return copy ?? value
}

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))

/** The error as the SDK would throw it. What is not a refusal comes from LevelDB: the same request may succeed later. */
function awsErrorOf(error: unknown): Error {
  const { body } = error as Partial<Refusal>
  const name = body?.__type.split('#')[1] ?? 'InternalServerError'
  const message = body ? (body.message ?? body.Message ?? name) : reasonOf(error)
  return Object.assign(new Error(message, { cause: error }), { name })
}

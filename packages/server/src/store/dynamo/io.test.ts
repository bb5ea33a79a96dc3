import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { dynamoIo } from './io.ts'

interface Command {
  readonly input: { readonly RequestItems?: Record<string, unknown> }
}
/** A scripted client. Pauses are recorded, not waited for. */
function scripted(answer: (command: Command, nth: number) => unknown) {
  const commands: Command[] = []
  const waits: number[] = []
  const send = async (command: Command) => answer(command, commands.push(command) - 1)
  const io = dynamoIo({
    client: { send } as unknown as DynamoDBClient,
    table: 't',
    pause: async (ms) => waits.push(ms),
  })
  return { io, commands, waits }
}
const failing = (name: string, more: object = {}) =>
  scripted(() => {
    throw Object.assign(new Error(more && 'message' in more ? String(more.message) : name), { name, ...more })
  }).io

const key = { pk: 'p', sk: 's' }
const item = (n: number) => ({ pk: { S: 'p' }, sk: { S: `${n}` } })
const keys = (count: number) => Array.from({ length: count }, (_, n) => ({ pk: 'p', sk: `${n}` }))

describe('AWS errors become problems', () => {
  it.each([
    { title: 'throttled', name: 'ThrottlingException' },
    { title: 'over capacity', name: 'ProvisionedThroughputExceededException' },
    { title: 'over the account', name: 'RequestLimitExceeded' },
    { title: 'a failure inside DynamoDB', name: 'InternalServerError' },
    { title: 'no answer in time', name: 'TimeoutError' },
    { title: 'no connection', name: 'Error', more: { code: 'ECONNREFUSED' } },
    { title: 'any other 5xx', name: 'Unheard', more: { $metadata: { httpStatusCode: 502 } } },
  ])('$title: the same request may succeed later', async ({ name, more }) => {
    await expect(failing(name, more).get('getHead', key)).rejects.toMatchObject({
      kind: 'retryable',
      retryAfter: 1,
    })
  })

  it('an item above the limit is too large', async () => {
    const io = failing('ValidationException', { message: 'Item size has exceeded the maximum allowed size' })
    await expect(io.put('putChunk', key, {})).rejects.toMatchObject({ kind: 'too-large' })
  })

  it('an unknown error is rethrown unchanged', async () => {
    const io = failing('ValidationException', {
      message: 'The provided key element does not match the schema',
    })
    await expect(io.put('putChunk', key, {})).rejects.toMatchObject({ name: 'ValidationException' })
  })

  it('a lost race is a value', async () => {
    const io = failing('ConditionalCheckFailedException')
    expect(await io.put('createTrial', key, {}, { that: 'attribute_not_exists(#pk)' })).toBe(false)
    expect(
      await io.update('moveTrial', key, { set: { a: 1 } }, { that: '#a = :a', values: { a: 2 } }),
    ).toBeUndefined()
    await expect(io.remove('revokeKey', key, { that: 'attribute_exists(#pk)' })).resolves.toBeUndefined()
  })
})

describe('unprocessed items of a batch', () => {
  it('are requested again until complete', async () => {
    // Each response processes one item.
    const { io, commands } = scripted((command) => {
      const wanted = (command.input.RequestItems!.t as { Keys: { sk: { S: string } }[] }).Keys
      return { Responses: { t: wanted.slice(0, 1) }, UnprocessedKeys: { t: { Keys: wanted.slice(1) } } }
    })
    const found = await io.getAll('getLives', keys(12))
    expect(found.map((one) => one?.sk)).toEqual(keys(12).map(({ sk }) => sk))
    expect(commands).toHaveLength(12)
  })

  it('fail as retryable after a bounded wait without progress', async () => {
    const { io, waits } = scripted((command) => ({ UnprocessedItems: command.input.RequestItems }))
    await expect(io.removeAll('deleteRun', keys(3))).rejects.toMatchObject({ kind: 'retryable' })
    const total = waits.reduce((sum, ms) => sum + ms, 0)
    expect(total).toBeGreaterThan(1_000)
    expect(total).toBeLessThanOrEqual(6_375)
  })

  it('never exceed the limits of a batch', async () => {
    const { io, commands } = scripted(() => ({}))
    await io.removeAll('deleteRun', keys(60))
    const sizes = commands.map((command) => (command.input.RequestItems!.t as unknown[]).length)
    expect(sizes).toEqual([25, 25, 10])
  })
})

describe('a query', () => {
  it('follows every page to its end', async () => {
    const { io } = scripted((_, nth) => ({
      Items: nth === 1 ? [] : [item(nth)],
      ...(nth < 3 && { LastEvaluatedKey: item(nth) }),
    }))
    expect((await io.query('listTrials', { pk: 'p' })).map(({ sk }) => sk)).toEqual(['0', '2', '3'])
  })

  it('stops at its limit, also with short pages', async () => {
    const { io, commands } = scripted((_, nth) => ({ Items: [item(nth)], LastEvaluatedKey: item(nth) }))
    expect(await io.query('listTrials', { pk: 'p' }, { limit: 3 })).toHaveLength(3)
    expect(commands).toHaveLength(3)
  })
})

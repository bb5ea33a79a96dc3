import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { dynamoClient } from '@chimney/server/store/dynamo/client'
import { dynamoIo } from '@chimney/server/store/dynamo/io'
import { createTable } from '@chimney/server/store/dynamo/table'
import { ClassicLevel } from 'classic-level'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startDynamo } from './embedded-dynamo.ts'
import { openDynamo } from './in-process-dynamo.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chimney-tables-'))
})
afterEach(() => rm(folder, { recursive: true }))

const ioOf = (client: DynamoDBClient) => dynamoIo({ client, table: 'chimney' })
const indexed = (k: number) => ({ gsi1pk: 'all', gsi1sk: String(k), k, bytes: new Uint8Array([k, 255]) })
const items = [0, 1, 2].map((k) => ({ pk: 'p', sk: `s${k}`, ...indexed(k) }))
const newest = { limit: 10 }

async function fill(client: DynamoDBClient) {
  await createTable(client, 'chimney')
  for (const { pk, sk, ...values } of items) await ioOf(client).put('put', { pk, sk }, values)
}
async function read(client: DynamoDBClient) {
  const io = ioOf(client)
  return {
    items: await io.query('query', { pk: 'p' }),
    index: (await io.pageOfIndex('index', 'all', newest, true)).items.map(({ sk }) => sk),
  }
}
const expected = { items, index: ['s2', 's1', 's0'] }

it("opens a folder of dynalite's server, which opens it again", async () => {
  const server = await startDynamo(folder)
  await fill(dynamoClient(server.endpoint))
  await server.stop()

  const dynamo = await openDynamo(folder)
  expect(await read(dynamo.client)).toEqual(expected)
  await ioOf(dynamo.client).put('put', { pk: 'p', sk: 's3' }, indexed(3))
  await dynamo.stop()

  const again = await startDynamo(folder)
  expect((await read(dynamoClient(again.endpoint))).index).toEqual(['s3', 's2', 's1', 's0'])
  await again.stop()
})

it('answers reads of a damaged item with a way out, and reads the others', async () => {
  const before = await openDynamo(folder)
  await fill(before.client)
  await before.stop()
  const raw = new ClassicLevel(folder)
  const keys = await raw.keys().all()
  const damaged = keys.find(
    (key) => key.startsWith('item-chimney~') && key.includes(Buffer.from('s1').toString('hex')),
  )
  expect(damaged).toBeDefined()
  await raw.put(damaged!, '{"pk":{"S":"p')
  await raw.close()

  const dynamo = await openDynamo(folder)
  const io = ioOf(dynamo.client)
  const refusal = { kind: 'misconfigured', message: expect.stringContaining('run: chimney doctor --data') }
  await expect(io.get('get', { pk: 'p', sk: 's1' })).rejects.toMatchObject(refusal)
  await expect(io.put('put', { pk: 'p', sk: 's1' }, { k: 1 })).rejects.toMatchObject(refusal)
  await expect(io.query('query', { pk: 'p' })).rejects.toMatchObject(refusal)
  expect(await io.get('get', { pk: 'p', sk: 's2' })).toMatchObject({ k: 2 })
  await dynamo.stop()
})

it('keeps tables in memory without a folder', async () => {
  const dynamo = await openDynamo()
  await fill(dynamo.client)
  expect(await read(dynamo.client)).toEqual(expected)
  await dynamo.stop()
})

describe('a write', () => {
  it('is one batch with its index entries', async () => {
    const dynamo = await openDynamo(folder)
    await fill(dynamo.client)
    const batch = vi.spyOn(
      ClassicLevel.prototype as unknown as { _batch(operations: readonly { key: string }[]): unknown },
      '_batch',
    )
    const io = ioOf(dynamo.client)
    await io.put('put', { pk: 'p', sk: 's1' }, { ...indexed(1), gsi1sk: '9' })
    await io.remove('remove', { pk: 'p', sk: 's2' })
    expect(batch.mock.calls.map(([operations]) => operations.length)).toEqual([3, 2])
    batch.mockRestore()
    await dynamo.stop()
  })

  it('that LevelDB refuses is refused, and neither read nor kept in memory', async () => {
    const dynamo = await openDynamo(folder)
    await fill(dynamo.client)
    const io = ioOf(dynamo.client)
    const batch = vi.spyOn(ClassicLevel.prototype as unknown as { _batch(): Promise<void> }, '_batch')
    batch.mockRejectedValueOnce(new Error('IO error', { cause: new Error('No space left on device') }))
    await expect(io.put('put', { pk: 'p', sk: 's1' }, indexed(7))).rejects.toMatchObject({
      kind: 'retryable',
      code: 'data-folder-not-writable',
    })
    expect(await io.get('get', { pk: 'p', sk: 's1' })).toMatchObject({ k: 1 })
    batch.mockRestore()
    await dynamo.stop()
  })

  it('of 50 callers at once to one item happens once each', async () => {
    const dynamo = await openDynamo(folder)
    await createTable(dynamo.client, 'chimney')
    const io = ioOf(dynamo.client)
    const key = { pk: 'p', sk: 'counter' }
    const seen = await Promise.all(
      Array.from({ length: 50 }, async () => (await io.update('add', key, { add: { n: 1 } }))?.n),
    )
    expect(seen.toSorted((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 50 }, (_, k) => k + 1),
    )
    await dynamo.stop()
  })
})

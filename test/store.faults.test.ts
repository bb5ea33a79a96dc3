import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import type { RunKey, SweepKey } from '@chimney/core/schema/names'
import { receiptKey } from '@chimney/server/store/dynamo/item-keys'
import { dynamoStore } from '@chimney/server/store/dynamo/store'
import type { Store } from '@chimney/server/store/store'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Engine, embeddedEngine } from './suites/embedded-table.ts'
import { runLive, runRecord, sweepHead, sweepRecord, T0, trialRecord } from './suites/store.fixtures.ts'

// Processes that die between two requests of a store method, and lost responses.
let engine: Engine
let table: string
let store: Store
beforeAll(async () => {
  engine = await embeddedEngine()
  table = await engine.freshTable()
  store = dynamoStore({ client: engine.client, table })
})
afterAll(() => engine.stop())

let counter = 0
const freshSweep = (): SweepKey => ({ entity: 'e', project: `p${++counter}`, sweep: `s${counter}` })
const freshRun = (): RunKey => ({ entity: 'e', project: `p${++counter}`, run: `r${counter}` })

/** A store whose process dies before its request number `requests`, counted from 0. */
function dyingStore(requests: number): Store {
  let left = requests
  const send = (...args: Parameters<DynamoDBClient['send']>) => {
    if (left-- <= 0) return Promise.reject(new Error('died'))
    return engine.client.send(...args)
  }
  return dynamoStore({ client: { send } as unknown as DynamoDBClient, table })
}
const died = async (work: Promise<unknown>) =>
  work.then(
    () => false,
    (error: Error) => {
      expect(error.message).toBe('died')
      return true
    },
  )

describe('a create that died after any of its requests', () => {
  it.each([0, 1, 2])(
    'leaves no visible sweep, and is completed by a retry (%i requests)',
    async (requests) => {
      const key = freshSweep()
      const [record, head] = [sweepRecord(key, { requestHash: 'h' }), sweepHead({ limit: 7 })]
      expect(await died(dyingStore(requests).createSweep(record, head))).toBe(true)
      expect(await store.getSweep(key)).toBeUndefined()
      expect((await store.listSweeps(key, { limit: 10 })).items).toEqual([])
      expect(await store.takeNumbers(key, 1, T0)).toBeUndefined()
      expect(await store.createSweep({ ...record, createdAt: T0 + 5 }, { ...head, updatedAt: T0 + 5 })).toBe(
        true,
      )
      expect((await store.getSweep(key))?.head.limit).toBe(7)
      expect(await store.createSweep(record, head)).toBe(false)
    },
  )

  it('is not mixed with another create of the same id', async () => {
    const key = freshSweep()
    await died(dyingStore(2).createSweep(sweepRecord(key, { seed: 1 }), sweepHead({ limit: 1 })))
    expect(await store.createSweep(sweepRecord(key, { seed: 2 }), sweepHead({ limit: 2 }))).toBe(false)
    const sweep = await store.getSweep(key)
    expect([sweep?.record.seed, sweep?.head.limit]).toEqual([1, 1])
  })

  it.each([0, 1])('leaves no visible run, and is completed by a retry (%i requests)', async (requests) => {
    const key = freshRun()
    const [record, live] = [runRecord(key), runLive(key)]
    expect(await died(dyingStore(requests).createRun(record, live))).toBe(true)
    expect(await store.getRun(key)).toBeUndefined()
    expect(await store.getLive(key)).toBeUndefined()
    expect((await store.listRuns(key, { limit: 10 })).items).toEqual([])
    expect(await store.createRun({ ...record, createdAt: T0 + 5 }, live)).toBe(true)
    expect((await store.getRun(key))?.live).toEqual(live)
    expect(await store.createRun(record, live)).toBe(false)
  })

  it.each([0, 1, 2])('leaves no valid key that is not listed (%i requests)', async (requests) => {
    const key = { id: 'k', hash: `h${++counter}`, entity: `e${counter}`, name: 'n', createdAt: T0 }
    await died(dyingStore(requests).putKey(key))
    if (await store.findKey(key.hash)) expect(await store.listKeys(key.entity)).toEqual([key])
    expect(await store.putKey(key)).toBe(true)
    expect(await store.findKey(key.hash)).toEqual(key)
  })
})

describe('a deletion that died after any of its requests', () => {
  it.each([0, 1, 2, 3])('is completed by a retry (sweep, %i requests)', async (requests) => {
    const key = freshSweep()
    await store.createSweep(sweepRecord(key), sweepHead())
    await store.createTrial(trialRecord({ ...key, number: 1 }))
    expect(await died(dyingStore(requests).deleteSweep(key))).toBe(true)
    if (requests > 0) {
      expect(await store.getSweep(key)).toBeUndefined()
      expect(await store.takeNumbers(key, 1, T0)).toBeUndefined()
    }
    await store.deleteSweep(key)
    expect(await store.findSweep(key.sweep)).toBeUndefined()
    expect(await store.getTrial({ ...key, number: 1 })).toBeUndefined()
    expect(await store.createSweep(sweepRecord(key), sweepHead())).toBe(true)
  })

  it.each([0, 1, 2])('is completed by a retry (run, %i requests)', async (requests) => {
    const key = freshRun()
    await store.createRun(runRecord(key), runLive(key))
    await store.putChunk(key, 'console', {
      attempt: 1,
      receivedAt: T0,
      rows: [{ index: 0, at: T0, values: {} }],
    })
    expect(await died(dyingStore(requests).deleteRun(key))).toBe(true)
    if (requests > 0) expect(await store.getRun(key)).toBeUndefined()
    await store.deleteRun(key)
    expect(await store.listChunks(key, 'console')).toEqual([])
  })
})

it('lets an abandoned receipt expire', async () => {
  await store.claimReceipt('given up', { token: 't', requestHash: 'h', at: T0 }, 1_000)
  await store.settleReceipt('given up', { token: 't', requestHash: 'h', at: 0 })
  const { pk, sk } = receiptKey('given up')
  const { Item } = await engine.client.send(
    new GetItemCommand({ TableName: table, Key: { pk: { S: pk }, sk: { S: sk } } }),
  )
  expect(Number(Item?.ttl?.N)).toBeGreaterThan(T0 / 1000)
  const next = { token: 'next', requestHash: 'h', at: T0 + 1 }
  expect(await store.claimReceipt('given up', next, 1_000)).toEqual(next)
})

describe('a write whose response was lost, and which the client repeats', () => {
  /** The first response is lost after the request was executed, or after another action ran in its place. */
  async function losingResponse<T>(call: () => Promise<T>, instead?: () => Promise<unknown>): Promise<T> {
    let lost = false
    engine.client.middlewareStack.add(
      (next) => async (args) => {
        if (lost) return next(args)
        lost = true
        await (instead ? instead() : next(args))
        throw Object.assign(new Error('the answer was lost'), { name: 'TimeoutError' })
      },
      { step: 'deserialize', name: 'loseAnswer', priority: 'high' },
    )
    try {
      return await call()
    } finally {
      engine.client.middlewareStack.remove('loseAnswer')
      expect(lost).toBe(true)
    }
  }

  it('succeeds', async () => {
    const [key, run] = [freshSweep(), freshRun()]
    await store.createSweep(sweepRecord(key), sweepHead())
    await store.createRun(runRecord(run), runLive(run))
    expect(await losingResponse(() => store.createTrial(trialRecord({ ...key, number: 1 })))).toBe(true)
    expect(await losingResponse(() => store.replaceLive(runLive(run, { rev: 2 })))).toBe(true)
    expect(await losingResponse(() => store.replaceHead(key, sweepHead({ taken: 1, rev: 2 }), 1))).toBe(true)
    const close = () => store.closeTrial({ ...key, number: 1 }, { state: 'finished', attempt: 1 }, T0)
    expect(await losingResponse(close)).toBe('running')
    expect(await close()).toBeUndefined()
  })

  it('fails when another writer was first', async () => {
    const run = freshRun()
    await store.createRun(runRecord(run), runLive(run))
    const mine = () => store.replaceLive(runLive(run, { agent: 'me', rev: 2 }))
    const theirs = () => store.replaceLive(runLive(run, { agent: 'they', rev: 2 }))
    expect(await losingResponse(mine, theirs)).toBe(false)
    expect((await store.getLive(run))?.agent).toBe('they')
  })

  it('may skip a number, but returns none twice', async () => {
    const key = freshSweep()
    await store.createSweep(sweepRecord(key), sweepHead({ limit: 10 }))
    const first = await losingResponse(() => store.takeNumbers(key, 1, T0))
    const second = await store.takeNumbers(key, 1, T0)
    expect(first?.first).toBe(2)
    expect(second?.first).toBe(3)
  })

  it('wins its own claim on a receipt', async () => {
    const mine = { token: 'mine', requestHash: 'h', at: T0 }
    expect(await losingResponse(() => store.claimReceipt('lost claim', mine, 1_000))).toEqual(mine)
    const settled = { ...mine, grants: [{ number: 1, attempt: 1 }] }
    expect(await losingResponse(() => store.settleReceipt('lost claim', settled))).toBe(true)
  })
})

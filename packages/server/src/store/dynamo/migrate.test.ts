import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Engine, embeddedEngine } from '../../../../../test/suites/embedded-table.ts'
import { type DynamoIo, dynamoIo } from './io.ts'
import { schemaKey } from './item-keys.ts'
import { type Migration, migrate, recordFormat } from './migrate.ts'

let engine: Engine
let io: DynamoIo
let took: number[]
beforeAll(async () => {
  engine = await embeddedEngine()
})
afterAll(() => engine.stop())
beforeEach(async () => {
  io = dynamoIo({ client: engine.client, table: await engine.freshTable() })
  took = []
})

const step = (to: number): Migration => ({
  to,
  run: async () => {
    took.push(to)
  },
})
const version = async () => (await io.get('test', schemaKey))?.version

it('writes nothing without a step, and the version of the table on request', async () => {
  expect(await migrate(io)).toEqual({ from: 1, to: 1 })
  expect(await version()).toBeUndefined()
  await recordFormat(io)
  expect(await migrate(io)).toEqual({ from: 1, to: 1 })
  expect(await version()).toBe(1)
})

it('runs each missing step once and in order', async () => {
  expect(await migrate(io, [step(2), step(3)])).toEqual({ from: 1, to: 3 })
  expect(await migrate(io, [step(2), step(3)])).toEqual({ from: 3, to: 3 })
  expect(await migrate(io, [step(2), step(3), step(4)])).toEqual({ from: 3, to: 4 })
  expect(took).toEqual([2, 3, 4])
  expect(await version()).toBe(4)
})

it('repeats an interrupted step, and none before it', async () => {
  const dies: Migration = { to: 3, run: () => Promise.reject(new Error('out of time')) }
  await expect(migrate(io, [step(2), dies])).rejects.toThrow('out of time')
  expect(await version()).toBe(2)
  await migrate(io, [step(2), step(3)])
  expect(took).toEqual([2, 3])
})

it('may run concurrently, and never lowers the version', async () => {
  await Promise.all([migrate(io, [step(2), step(3)]), migrate(io, [step(2), step(3)])])
  expect(await version()).toBe(3)
  expect(await migrate(io, [step(2)])).toEqual({ from: 3, to: 2 })
  expect(await version()).toBe(3)
})

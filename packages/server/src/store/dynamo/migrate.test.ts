import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Engine, embeddedEngine } from '../../../../../test/suites/embedded-table.ts'
import { type DynamoIo, dynamoIo } from './io.ts'
import { schemaKey } from './item-keys.ts'
import { type Migration, migrate } from './migrate.ts'

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

it('leaves a table alone that nothing has to be done to', async () => {
  expect(await migrate(io)).toEqual({ from: 1, to: 1 })
  expect(await version()).toBeUndefined()
})

it('takes each step once, in order, and goes on from where a table is', async () => {
  expect(await migrate(io, [step(2), step(3)])).toEqual({ from: 1, to: 3 })
  expect(await migrate(io, [step(2), step(3)])).toEqual({ from: 3, to: 3 })
  expect(await migrate(io, [step(2), step(3), step(4)])).toEqual({ from: 3, to: 4 })
  expect(took).toEqual([2, 3, 4])
  expect(await version()).toBe(4)
})

it('begins a step again that died, and none before it', async () => {
  const dies: Migration = { to: 3, run: () => Promise.reject(new Error('out of time')) }
  await expect(migrate(io, [step(2), dies])).rejects.toThrow('out of time')
  expect(await version()).toBe(2)
  await migrate(io, [step(2), step(3)])
  expect(took).toEqual([2, 3])
})

it('may run twice at once, and never goes back', async () => {
  await Promise.all([migrate(io, [step(2), step(3)]), migrate(io, [step(2), step(3)])])
  expect(await version()).toBe(3)
  expect(await migrate(io, [step(2)])).toEqual({ from: 3, to: 2 })
  expect(await version()).toBe(3)
})

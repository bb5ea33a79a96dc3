import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { rngOf } from '@chimney/core/math/rng'
import { stringifyJson } from '@chimney/core/schema/json'
import type { RunKey, SweepKey } from '@chimney/core/schema/names'
import { headKey, type ItemKey, liveKey, sweepMetaKey } from '@chimney/server/store/dynamo/item-keys'
import { dynamoStore } from '@chimney/server/store/dynamo/store'
import type { RunLive } from '@chimney/server/store/runs'
import type { RungRecord } from '@chimney/server/store/search'
import type { Store } from '@chimney/server/store/store'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Engine, embeddedEngine } from './suites/embedded-table.ts'
import { runLive, runRecord, sweepHead, sweepRecord, T0, trialRecord } from './suites/store.fixtures.ts'

// DynamoDB units of each call of the store. Names have a realistic length, because they count towards item sizes.
const project = { entity: 'acme-research', project: 'digits-classifier' }
const sweep: SweepKey = { ...project, sweep: 'k3v9x2ab' }
const run: RunKey = { ...project, run: 'k3v9x2ab-17' }
const RUNG_TRIALS = 1_000
const TRIALS = 200

let engine: Engine
let table: string
let store: Store
let spent = { read: 0, write: 0 }

beforeAll(async () => {
  engine = await embeddedEngine()
  table = await engine.freshTable()
  store = dynamoStore({
    client: engine.client,
    table,
    meter: (_op, { read, write }) => {
      spent = { read: spent.read + read, write: spent.write + write }
    },
  })
})
afterAll(() => engine.stop())

async function costOf(call: () => Promise<unknown>) {
  spent = { read: 0, write: 0 }
  await call()
  return spent
}

const random = rngOf(1, 1).uniform
const METRICS = ['train/loss', 'train/accuracy', 'val/loss', 'val/accuracy', 'learning_rate']
const valuesOf = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, random()]))
/** 50 steps of 5 random metrics. */
const points = (from: number) =>
  Array.from({ length: 50 }, (_, i) => ({
    index: from + i,
    at: T0 + 900 * i + Math.round(100 * random()),
    values: valuesOf(METRICS),
  }))

/** A running trial with twenty metrics. */
const busyLive = (more: Partial<RunLive> = {}): RunLive =>
  runLive(run, {
    sweep: sweep.sweep,
    number: 17,
    agent: 'gpu-box-17.example.org/3',
    summary: stringifyJson(
      valuesOf([...METRICS, ...Array.from({ length: 15 }, (_, i) => `system/gpu.${i}.memory`)]),
    ),
    lastIndex: 12_345,
    seen: 250,
    seenIndex: 12_345,
    bestLoss: random(),
    rung: 243,
    rungLoss: random(),
    trend: { count: 7, mean: random(), squares: random(), from: { at: 243, loss: random() } },
    ...more,
  })

/** A rung value of a stopper that compares means. */
const rungRecord = (number: number): RungRecord => ({
  number,
  loss: random(),
  best: random(),
  mean: random(),
  error: random(),
})

/** A running sweep with all optional fields of the head. */
const busyHead = sweepHead({
  taken: 5_000,
  limit: 10_000,
  enqueued: Array.from({ length: 20 }, (_, i) => 100 + i),
  waiting: Array.from({ length: 49 }, (_, i) => 4_000 + i),
  best: { number: 1_234, run: 'k3v9x2ab-1234', value: random(), loss: random() },
  settled: 3_000,
})

describe('writes of the hot path cost', () => {
  beforeAll(async () => {
    await store.createSweep(sweepRecord(sweep), busyHead)
    await store.createRun(runRecord(run), busyLive())
    await store.createTrial(trialRecord({ ...sweep, number: 17 }))
  })

  const cases: { title: string; write: number; call: () => Promise<unknown> }[] = [
    { title: 'one unit to take numbers', write: 1, call: () => store.takeNumbers(sweep, 5, T0) },
    {
      title: 'one unit to create a trial',
      write: 1,
      call: () => store.createTrial(trialRecord({ ...sweep, number: 18 })),
    },
    {
      title: 'two units to create its run',
      write: 2,
      call: () =>
        store.createRun(
          runRecord({ ...project, run: 'k3v9x2ab-18' }),
          runLive({ ...project, run: 'k3v9x2ab-18' }),
        ),
    },
    { title: 'one unit to renew a lease', write: 1, call: () => store.replaceLive(busyLive({ rev: 2 })) },
    {
      title: 'two units to store 50 steps of 5 metrics',
      write: 2,
      call: () => store.putChunk(run, 'metrics', { attempt: 1, receivedAt: T0, rows: points(100_000) }),
    },
    {
      title: 'one unit for a rung value',
      write: 1,
      call: () => store.putRung(sweep, 9, rungRecord(1)),
    },
    {
      title: 'one unit to move a trial',
      write: 1,
      call: () => store.moveTrial({ ...sweep, number: 17 }, { state: 'running', attempt: 2 }, T0),
    },
    {
      title: 'one unit to close a trial',
      write: 1,
      call: () =>
        store.closeTrial(
          { ...sweep, number: 17 },
          { state: 'finished', attempt: 2, value: random(), loss: random() },
          T0,
        ),
    },
    {
      title: 'one unit to count an end',
      write: 1,
      call: () => store.countEnded(sweep, 'finished', 'crashed', T0),
    },
    {
      title: 'one unit to offer the best',
      write: 1,
      call: () => store.offerBest(sweep, { number: 17, run: run.run, value: 0, loss: -1 }, undefined),
    },
    { title: 'one unit to change what waits', write: 1, call: () => store.addWaiting(sweep, [17], T0) },
    {
      title: 'three units to add one to the fifty that wait',
      write: 3,
      call: () => store.addWaiting(sweep, [18], T0),
    },
    { title: 'one unit for a lost race', write: 1, call: () => store.replaceLive(busyLive({ rev: 2 })) },
  ]
  it.each(cases)('$title', async ({ write, call }) => {
    const cost = await costOf(call)
    expect(cost.read).toBe(0)
    expect(cost.write).toBe(write)
  })

  it('three units for a whole metrics call of 50 steps and 5 metrics', async () => {
    const cost = await costOf(async () => {
      await store.putChunk(run, 'metrics', { attempt: 1, receivedAt: T0, rows: points(200_000) })
      await store.replaceLive(busyLive({ rev: 3 }))
    })
    expect(cost).toEqual({ read: 0, write: 3 })
  })

  it('two units when the metrics have the precision of float32', async () => {
    const rows = points(300_000).map((row) => ({
      ...row,
      values: Object.fromEntries(
        Object.entries(row.values).map(([name, value]) => [name, Math.fround(value)]),
      ),
    }))
    const cost = await costOf(() => store.putChunk(run, 'metrics', { attempt: 1, receivedAt: T0, rows }))
    expect(cost.write).toBeLessThanOrEqual(2)
  })
})

describe('reads cost', () => {
  const big: SweepKey = { ...project, sweep: 'm8q1z7cd' }
  const runs = Array.from({ length: 100 }, (_, i): RunKey => ({ ...project, run: `m8q1z7cd-${i + 1}` }))
  beforeAll(async () => {
    await store.createSweep(sweepRecord(big), busyHead)
    await Promise.all(
      Array.from({ length: RUNG_TRIALS }, async (_, i) => {
        const number = i + 1
        if (number <= TRIALS) await store.createTrial(trialRecord({ ...big, number }))
        await store.putRung(big, 81, rungRecord(number))
      }),
    )
    for (const key of runs)
      await store.createRun(runRecord(key), runLive(key, { sweep: big.sweep, number: 1 }))
  })

  const cases: { title: string; read: number; call: () => Promise<unknown> }[] = [
    { title: 'one unit for the live half of a run', read: 1, call: () => store.getLive(run) },
    { title: 'one unit for both halves of a run', read: 1, call: () => store.getRun(run) },
    { title: 'one unit for the head of a sweep', read: 1, call: () => store.getHead(big) },
    { title: 'one unit for both halves of a sweep', read: 1, call: () => store.getSweep(big) },
    { title: 'half a unit for an API key', read: 0.5, call: () => store.findKey('0'.repeat(64)) },
    { title: '4 units for a rung of 1,000 trials', read: 4, call: () => store.listRung(big, 81, 4) },
    { title: '100 units for the live halves of 100 runs', read: 100, call: () => store.getLives(runs) },
    {
      title: '20 units for 200 trials',
      read: 20,
      call: () => store.listTrials(big, { after: 0, limit: TRIALS }),
    },
    {
      title: 'two units for the chunks of 100 steps',
      read: 2,
      call: () => store.listChunks(run, 'metrics', { from: 100_000, to: 250_000 }),
    },
    {
      title: 'one unit for the same in a chart',
      read: 1,
      call: () => store.listChunks(run, 'metrics', { from: 100_000, to: 250_000, eventual: true }),
    },
  ]
  it.each(cases)('at most $title', async ({ read, call }) => {
    const cost = await costOf(call)
    expect(cost.write).toBe(0)
    expect(cost.read).toBeLessThanOrEqual(read)
  })
})

describe('the index', () => {
  // No engine here counts index writes. A write does not change a KEYS_ONLY index, and costs nothing there, exactly when the two
  // index attributes of the item are unchanged.
  async function indexAttributes({ pk, sk }: ItemKey) {
    const { Item } = await engine.client.send(
      new GetItemCommand({ TableName: table, Key: { pk: { S: pk }, sk: { S: sk } } }),
    )
    return [Item?.gsi1pk?.S, Item?.gsi1sk?.S]
  }

  it('is written when a sweep is created or closed, and not in between', async () => {
    const key = { ...project, sweep: 'index123' }
    await store.createSweep(sweepRecord(key), sweepHead())
    const before = [await indexAttributes(headKey(key)), await indexAttributes(sweepMetaKey(key))]
    expect(before.flat()).not.toContain(undefined)
    await store.takeNumbers(key, 2, T0 + 1)
    await store.countEnded(key, 'finished', undefined, T0 + 2)
    await store.offerBest(key, { number: 1, run: 'r', value: 1, loss: 1 }, undefined)
    await store.addWaiting(key, [2], T0)
    await store.removeWaiting(key, [2])
    await store.recount(key, (await store.getHead(key))!, busyHead.ended)
    await store.replaceHead(key, sweepHead({ state: 'paused', taken: 2, rev: 2 }), 0)
    await store.replaceHead(key, sweepHead({ state: 'finished', taken: 2, rev: 3 }), 0)
    await store.replaceSweep(sweepRecord(key, { displayName: 'new', rev: 2 }))
    expect([await indexAttributes(headKey(key)), await indexAttributes(sweepMetaKey(key))]).toEqual(before)
    await store.closeSweep(key)
    expect(await indexAttributes(headKey(key))).toEqual([undefined, undefined])
  })

  it('never contains the live item of a trial, and that of another run only until its end', async () => {
    const [trial, adrift] = [
      { ...project, run: 'trial' },
      { ...project, run: 'adrift' },
    ]
    await store.createRun(runRecord(trial), runLive(trial, { sweep: 's', number: 1 }))
    await store.createRun(runRecord(adrift), runLive(adrift))
    expect(await indexAttributes(liveKey(trial))).toEqual([undefined, undefined])
    const before = await indexAttributes(liveKey(adrift))
    await store.replaceLive(runLive(adrift, { lastIndex: 9, rev: 2 }))
    expect(await indexAttributes(liveKey(adrift))).toEqual(before)
    await store.replaceLive(runLive(adrift, { state: 'finished', rev: 3 }))
    expect(await indexAttributes(liveKey(adrift))).toEqual([undefined, undefined])
  })
})

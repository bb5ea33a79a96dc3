import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { sweepPath } from '@chimney/core/schema/names'
import { deadQueue, makeRepairQueue } from '@chimney/local/queues/agent-queues'
import { startSqs } from '@chimney/local/queues/embedded-sqs'
import { repairRecords } from '@chimney/server/lambda/repair-records'
import { sqsClient } from '@chimney/server/queue/sqs-client'
import { sqsRepairQueue } from '@chimney/server/queue/sqs-repair-queue'
import type { Store } from '@chimney/server/store/store'
import { createSweep } from '@chimney/server/sweeps/lifecycle/create-sweep'
import { emptyReport } from '@chimney/server/sweeps/reconciler/repair-report'
import { scheduleRepairs } from '@chimney/server/sweeps/reconciler/schedule-repairs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { singleFaultWorld } from './faults/simulation-single-fault.ts'

let client: SQSClient
let stop: () => Promise<unknown>
let url: string
beforeAll(async () => {
  const server = await startSqs()
  client = sqsClient(server.endpoint)
  // A message that returns is visible at once.
  url = await makeRepairQueue(client, 0)
  stop = () => {
    client.destroy()
    return server.stop()
  }
})
afterAll(() => stop())

const context = { getRemainingTimeInMillis: () => 120_000 }
const waiting = async (queue: string) => {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['ApproximateNumberOfMessages'] }),
  )
  return Number(Attributes?.ApproximateNumberOfMessages)
}

/** As an event source mapping: batches until the queue is empty. Returns the report of all. */
async function work(deps: Parameters<typeof repairRecords>[0], given = context) {
  const report = emptyReport()
  for (let calls = 0; calls < 20; calls++) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }),
    )
    if (Messages.length === 0) return report
    const Records = Messages.map(({ MessageId = '', Body = '' }) => ({ messageId: MessageId, body: Body }))
    const { batchItemFailures } = await repairRecords(deps, { Records }, given, report)
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
    for (const { MessageId = '', ReceiptHandle } of Messages)
      if (!failed.has(MessageId))
        await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }))
  }
  throw new Error('the queue does not become empty')
}

async function worldWithSweeps(count: number) {
  const world = singleFaultWorld()
  const keys = []
  for (let i = 0; i < count; i++) {
    const source = JSON.stringify({ method: 'grid', parameters: { a: { values: [1, 2, 3] } } })
    keys.push((await createSweep(world.deps, { entity: 'acme', project: 'p', source })).record.key)
  }
  for (const key of keys) await world.deps.store.takeNumbers(key, 2, world.deps.clock.now())
  world.advance(60)
  return { ...world, keys, deps: { ...world.deps, repairs: sqsRepairQueue({ client, url }) } }
}

it('repairs the others when one sweep cannot be read, whose message comes five times and is then a dead letter', async () => {
  const { deps, keys } = await worldWithSweeps(12)
  const denied = keys[4]!
  const store = new Proxy(deps.store, {
    get: (target, name) => {
      const call = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>
      return async (...args: unknown[]) => {
        if ((args[0] as { sweep?: string }).sweep === denied.sweep) throw new Error('AccessDenied')
        return call(...args)
      }
    },
  }) as Store
  expect(await scheduleRepairs({ ...deps, store })).toBe(12)
  const report = await work({ ...deps, store })
  expect(report).toMatchObject({ sweeps: 11, filled: 22 })
  expect(report.errors).toEqual(Array(5).fill({ path: sweepPath(denied), message: 'Error: AccessDenied' }))
  expect(await waiting(deadQueue(url))).toBe(1)
})

it('sends messages again for which no time is left, and sends none when nothing is open', async () => {
  const { deps, keys } = await worldWithSweeps(1)
  await scheduleRepairs(deps)
  let remaining = 2
  // Too little time for the first call.
  const short = { getRemainingTimeInMillis: () => (--remaining > 0 ? 1_000 : 120_000) }
  expect(await work(deps, short)).toMatchObject({ filled: 2, errors: [] })
  await deps.store.deleteSweep(keys[0]!)
  expect(
    await scheduleRepairs({ ...deps, store: { ...deps.store, listOpenSweeps: async () => ({ items: [] }) } }),
  ).toBe(0)
  expect(await waiting(url)).toBe(0)
})

import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { sqsClient } from '@chimney/server/queue/sqs-client'
import { sqsQueue } from '@chimney/server/queue/sqs-queue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeAgentQueue } from './agent-queues.ts'
import { startSqs } from './embedded-sqs.ts'
import { type EventSourceOptions, startEventSource } from './event-source.ts'
import type { LambdaContext, SqsEvent, SqsRecord } from './lambda-types.ts'
import { type Receiver, sqsReceiver } from './sqs-receiver.ts'

const record = (id: string): SqsRecord => ({
  messageId: id,
  receiptHandle: `handle-${id}`,
  body: id,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '0',
    SenderId: '0',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:digits',
  awsRegion: 'us-east-1',
})

/** A queue with these records. When it is empty, a receive waits for the abort. */
const receiverOf = (ids: readonly string[]) => {
  const waiting = ids.map(record)
  const deleted: string[] = []
  const receiver: Receiver = {
    receive: async (max, signal) => {
      const taken = waiting.splice(0, max)
      if (taken.length > 0) return taken
      return new Promise((_, reject) => {
        if (signal.aborted) reject(new Error('aborted'))
        signal.addEventListener('abort', () => reject(new Error('aborted')))
      })
    },
    delete: async (records) => void deleted.push(...records.map(({ messageId }) => messageId)),
  }
  return { receiver, deleted, waiting }
}

const started: { stop(graceMs: number): Promise<void> }[] = []
const start = (options: Partial<EventSourceOptions> & Pick<EventSourceOptions, 'receiver' | 'handler'>) => {
  const defaults = { name: 'digits', batchSize: 10, concurrency: 1, timeoutSeconds: 60 }
  const eventSource = startEventSource({ ...defaults, ...options })
  started.push(eventSource)
  return eventSource
}
const idsOf = ({ Records }: SqsEvent) => Records.map(({ messageId }) => messageId)

describe('event source', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(async () => {
    const stopped = started.splice(0).map((eventSource) => eventSource.stop(0))
    await vi.advanceTimersByTimeAsync(0)
    await Promise.all(stopped)
    vi.useRealTimers()
  })
  const settle = () => vi.advanceTimersByTimeAsync(0)

  it('calls the handler with batches of the given size, and deletes handled records', async () => {
    const { receiver, deleted } = receiverOf(['a', 'b', 'c'])
    const batches: string[][] = []
    start({ receiver, batchSize: 2, handler: async (event) => void batches.push(idsOf(event)) })
    await settle()
    expect(batches).toEqual([['a', 'b'], ['c']])
    expect(deleted).toEqual(['a', 'b', 'c'])
  })

  it.each([
    { title: 'deletes all but the reported failures', failures: ['b'], kept: ['a', 'c'] },
    { title: 'deletes all when no failure is reported', failures: [], kept: ['a', 'b', 'c'] },
    { title: 'deletes nothing when a failure names no record of the batch', failures: ['b', 'x'], kept: [] },
    { title: 'deletes nothing when a failure has no name', failures: [''], kept: [] },
  ])('$title', async ({ failures, kept }) => {
    const { receiver, deleted } = receiverOf(['a', 'b', 'c'])
    const batchItemFailures = failures.map((itemIdentifier) => ({ itemIdentifier }))
    start({ receiver, handler: async () => ({ batchItemFailures }) })
    await settle()
    expect(deleted).toEqual(kept)
  })

  it('deletes nothing of a batch whose handler throws, and continues with the next', async () => {
    const { receiver, deleted } = receiverOf(['a', 'b'])
    const lines: string[] = []
    const handler = async (event: SqsEvent) => {
      if (idsOf(event).includes('a')) throw new Error('no disk')
    }
    start({ receiver, batchSize: 1, handler, log: (line) => lines.push(line) })
    await settle()
    expect(deleted).toEqual(['b'])
    expect(lines).toEqual(['agent digits failed its batch: no disk'])
  })

  it('ignores a call after its timeout, and deletes none of its records', async () => {
    const { receiver, deleted } = receiverOf(['a', 'b'])
    const handler = (event: SqsEvent) =>
      idsOf(event).includes('a') ? new Promise<void>(() => {}) : Promise.resolve()
    start({ receiver, batchSize: 1, timeoutSeconds: 900, handler })
    await vi.advanceTimersByTimeAsync(899_999)
    expect(deleted).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(deleted).toEqual(['b'])
  })

  it('runs at most `concurrency` calls, and receives no record that would have to wait', async () => {
    const { receiver, deleted, waiting } = receiverOf(['a', 'b', 'c', 'd', 'e'])
    const ends: (() => void)[] = []
    const handler = () => new Promise<void>((resolve) => void ends.push(resolve))
    start({ receiver, batchSize: 1, concurrency: 2, handler })
    await settle()
    expect(ends).toHaveLength(2)
    expect(waiting).toHaveLength(3)
    ends[0]?.()
    await settle()
    expect(ends).toHaveLength(3)
    expect(deleted).toEqual(['a'])
  })

  it('reports the remaining time to a call', async () => {
    const { receiver } = receiverOf(['a'])
    let context: LambdaContext | undefined
    const handler = (_: SqsEvent, given: LambdaContext) => {
      context = given
      return new Promise<void>(() => {})
    }
    const eventSource = start({ receiver, timeoutSeconds: 60, handler })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(context?.getRemainingTimeInMillis()).toBe(50_000)
    const stopped = eventSource.stop(2_000)
    expect(context?.getRemainingTimeInMillis()).toBe(2_000)
    await vi.advanceTimersByTimeAsync(2_000)
    await stopped
    expect(context?.getRemainingTimeInMillis()).toBe(0)
  })

  it('waits for running calls when it stops, and receives no more', async () => {
    const { receiver, deleted, waiting } = receiverOf(['a', 'b'])
    const handler = () => new Promise<void>((resolve) => void setTimeout(resolve, 1_000))
    const eventSource = start({ receiver, batchSize: 1, handler })
    await settle()
    let stopped = false
    const stopping = eventSource.stop(5_000).then(() => {
      stopped = true
    })
    await vi.advanceTimersByTimeAsync(999)
    expect(stopped).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await stopping
    expect(deleted).toEqual(['a'])
    expect(waiting).toHaveLength(1)
  })

  it('polls again after a pause when the queue fails', async () => {
    const { receiver, deleted } = receiverOf(['a'])
    let broken = true
    const receive: Receiver['receive'] = (...args) => {
      if (broken) throw new Error('connection refused')
      return receiver.receive(...args)
    }
    start({ receiver: { ...receiver, receive }, handler: async () => {} })
    await vi.advanceTimersByTimeAsync(500)
    broken = false
    await vi.advanceTimersByTimeAsync(499)
    expect(deleted).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(deleted).toEqual(['a'])
  })
})

describe('event source on SQS', () => {
  it('ends a fan-out with each message handled, redelivered, or in the dead-letter queue', async () => {
    const server = await startSqs()
    const client = sqsClient(server.endpoint, { timeoutMs: 60_000 })
    try {
      const url = await makeAgentQueue(client, { name: 'digits', visibilitySeconds: 30 })
      expect(await makeAgentQueue(client, { name: 'digits', visibilitySeconds: 30 })).toBe(url)
      const messages = Array.from({ length: 23 }, (_, k) => ({
        v: 1 as const,
        entity: 'acme',
        project: 'digits',
        sweep: 'ab12cd34',
        number: k + 1,
        run: `r${k + 1}`,
        attempt: 1,
      }))
      await sqsQueue({ client, urls: { digits: url } }).send('digits', messages)

      const calls = new Map<number, number>()
      const handler = async ({ Records }: SqsEvent) => {
        const failed = Records.filter(({ body }) => {
          const { number } = JSON.parse(body) as { number: number }
          const count = (calls.get(number) ?? 0) + 1
          calls.set(number, count)
          return number === 5 || (number === 7 && count === 1) // 5 always fails, 7 fails once
        })
        // Instead of waiting for the visibility timeout.
        for (const { receiptHandle } of failed)
          await client.send(
            new ChangeMessageVisibilityCommand({
              QueueUrl: url,
              ReceiptHandle: receiptHandle,
              VisibilityTimeout: 0,
            }),
          )
        return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
      }
      const receiver = sqsReceiver(client, url)
      const eventSource = startEventSource({
        name: 'digits',
        receiver,
        handler,
        batchSize: 3,
        concurrency: 4,
        timeoutSeconds: 60,
      })
      await vi.waitUntil(async () => (await countOf(client, `${url}-dead`)) === 1, {
        timeout: 5_000,
        interval: 20,
      })
      await eventSource.stop(1_000)
      expect([...calls.keys()].sort((a, b) => a - b)).toEqual(messages.map(({ number }) => number))
      expect(calls.get(5)).toBe(5)
      expect(calls.get(7)).toBe(2)
      expect(await countOf(client, url)).toBe(0)
    } finally {
      client.destroy()
      await server.stop()
    }
  })
})

const countOf = async (client: SQSClient, url: string): Promise<number> => {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
  )
  return (
    Number(Attributes?.ApproximateNumberOfMessages) +
    Number(Attributes?.ApproximateNumberOfMessagesNotVisible)
  )
}

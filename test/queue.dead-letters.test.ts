import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { startSqs } from '@chimney/local/queues/embedded-sqs'
import { type DeadLetterQueues, sqsDeadLetterQueues } from '@chimney/server/queue/dead-letter-queues'
import { sqsClient } from '@chimney/server/queue/sqs-client'
import { afterAll, beforeAll, expect, it } from 'vitest'

let client: SQSClient
let stop: () => Promise<unknown>
let urls: { live: string; dead: string }
let queues: DeadLetterQueues
beforeAll(async () => {
  const server = await startSqs()
  client = sqsClient(server.endpoint)
  const make = async (QueueName: string) =>
    (await client.send(new CreateQueueCommand({ QueueName }))).QueueUrl!
  urls = { live: await make('digits'), dead: await make('digits-dead') }
  queues = sqsDeadLetterQueues({ client, urls: { digits: urls.live }, deadLetters: { digits: urls.dead } })
  stop = () => {
    client.destroy()
    return server.stop()
  }
})
afterAll(() => stop())

it('counts waiting messages and dead letters, and sends dead letters again', async () => {
  for (let i = 0; i < 23; i++)
    await client.send(new SendMessageCommand({ QueueUrl: urls.dead, MessageBody: `letter ${i}` }))
  expect(await queues.states()).toEqual([{ agent: 'digits', waiting: 0, inFlight: 0, dead: 23 }])
  expect(await queues.redrive('digits', 15)).toBe(15)
  expect(await queues.states()).toEqual([{ agent: 'digits', waiting: 15, inFlight: 0, dead: 8 }])
  expect(await queues.redrive('digits', 500)).toBe(8)
  const bodies = new Set<string | undefined>()
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: urls.live, MaxNumberOfMessages: 10 }),
    )
    if (Messages.length === 0) break
    for (const { Body } of Messages) bodies.add(Body)
  }
  expect(bodies.size).toBe(23)
})

it('refuses an unknown agent', async () => {
  await expect(queues.redrive('unknown', 1)).rejects.toMatchObject({
    kind: 'not-found',
    code: 'unknown-agent',
  })
})

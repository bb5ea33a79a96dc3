import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { startSqs } from '@chimney/local/embedded-sqs'
import { sqsClient } from '@chimney/server/queue/sqs-client'
import { type Desk, sqsDesk } from '@chimney/server/queue/sqs-desk'
import { afterAll, beforeAll, expect, it } from 'vitest'

let client: SQSClient
let stop: () => Promise<unknown>
let urls: { alive: string; dead: string }
let desk: Desk
beforeAll(async () => {
  const server = await startSqs()
  client = sqsClient(server.endpoint)
  const make = async (QueueName: string) =>
    (await client.send(new CreateQueueCommand({ QueueName }))).QueueUrl!
  urls = { alive: await make('digits'), dead: await make('digits-dead') }
  desk = sqsDesk({ client, urls: { digits: urls.alive }, deadLetters: { digits: urls.dead } })
  stop = () => {
    client.destroy()
    return server.stop()
  }
})
afterAll(() => stop())

it('tells what waits and what is dead, and sends dead letters again', async () => {
  for (let i = 0; i < 23; i++)
    await client.send(new SendMessageCommand({ QueueUrl: urls.dead, MessageBody: `letter ${i}` }))
  expect(await desk.look()).toEqual([{ agent: 'digits', waiting: 0, inFlight: 0, dead: 23 }])
  expect(await desk.redrive('digits', 15)).toBe(15)
  expect(await desk.look()).toEqual([{ agent: 'digits', waiting: 15, inFlight: 0, dead: 8 }])
  expect(await desk.redrive('digits', 500)).toBe(8)
  const bodies = new Set<string | undefined>()
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: urls.alive, MaxNumberOfMessages: 10 }),
    )
    if (Messages.length === 0) break
    for (const { Body } of Messages) bodies.add(Body)
  }
  expect(bodies.size).toBe(23)
})

it('knows no other agent', async () => {
  await expect(desk.redrive('nobody', 1)).rejects.toMatchObject({ kind: 'not-found', code: 'unknown-agent' })
})

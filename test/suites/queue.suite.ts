import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { decodeTrialMessage, type TrialMessage } from '@chimney/core/schema/trial-message'
import { sqsClient } from '@chimney/server/queue/sqs-client'
import { sqsQueue } from '@chimney/server/queue/sqs-queue'
import { describe, expect, it } from 'vitest'

/** Creates a client of the SQS implementation under test, once per test. */
export type ConnectQueue = () => Promise<SQSClient>

const message = (number: number): TrialMessage => ({
  v: 1,
  entity: 'acme',
  project: 'digits & more',
  sweep: 'ab12cd34',
  number,
  run: `run${number}`,
  attempt: 1,
})
const messages = (count: number) => Array.from({ length: count }, (_, k) => message(k + 1))
const numbersOf = (all: readonly TrialMessage[]) => all.map(({ number }) => number).sort((a, b) => a - b)

const freshQueue = async (client: SQSClient): Promise<string> => {
  const name = `agent-${Math.random().toString(36).slice(2)}`
  return (await client.send(new CreateQueueCommand({ QueueName: name }))).QueueUrl!
}

const drain = async (client: SQSClient, url: string): Promise<TrialMessage[]> => {
  const all: TrialMessage[] = []
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }),
    )
    if (Messages.length === 0) return all
    all.push(...Messages.map(({ Body }) => decodeTrialMessage(Body!)))
    const Entries = Messages.map(({ ReceiptHandle }, k) => ({ Id: String(k), ReceiptHandle: ReceiptHandle! }))
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }))
  }
}

/** The same client, but the first `times` batches deliver only every other entry and report the rest as failed. */
const losing = (client: SQSClient, times: number): SQSClient => {
  let left = times
  const send = async (command: unknown) => {
    if (!(command instanceof SendMessageBatchCommand) || left-- <= 0)
      return client.send(command as SendMessageBatchCommand)
    const { QueueUrl, Entries = [] } = command.input
    const taken = Entries.filter((_, k) => k % 2 === 1)
    const lost = Entries.filter((_, k) => k % 2 === 0)
    const answer =
      taken.length > 0 ? await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: taken })) : {}
    const Failed = lost.map(({ Id }) => ({ Id, SenderFault: false, Code: 'ServiceUnavailable' }))
    return { ...answer, Failed }
  }
  return { send } as unknown as SQSClient
}

/** What every SQS must promise the queue adapter. */
export const queueSuite = (name: string, connect: ConnectQueue) =>
  describe(`queue on ${name}`, () => {
    const sleep = async () => {}

    it('sends every message of many batches', async () => {
      const client = await connect()
      const url = await freshQueue(client)
      await sqsQueue({ client, urls: { digits: url }, sleep }).send('digits', messages(57))
      const received = await drain(client, url)
      expect(numbersOf(received)).toEqual(numbersOf(messages(57)))
      expect(received.find(({ number }) => number === 7)).toEqual(message(7))
    })

    it('keeps agents apart, and knows their names', async () => {
      const client = await connect()
      const urls = { digits: await freshQueue(client), cifar: await freshQueue(client) }
      const queue = sqsQueue({ client, urls, sleep })
      await queue.send('cifar', messages(1))
      expect(queue.agents).toEqual(['cifar', 'digits'])
      expect(await drain(client, urls.digits)).toEqual([])
      expect(await drain(client, urls.cifar)).toHaveLength(1)
    })

    it('sends nothing for no messages', async () => {
      const client = await connect()
      const url = await freshQueue(client)
      await sqsQueue({ client, urls: { digits: url }, sleep }).send('digits', [])
      expect(await drain(client, url)).toEqual([])
    })

    it('refuses an agent that has no queue', async () => {
      const queue = sqsQueue({
        client: await connect(),
        urls: { digits: 'http://127.0.0.1:1/0/digits' },
        sleep,
      })
      for (const agent of ['cifar', 'constructor', '__proto__'])
        await expect(queue.send(agent, messages(1))).rejects.toMatchObject({
          kind: 'invalid',
          code: 'unknown-agent',
        })
    })

    it('sends again what a batch lost', async () => {
      const client = await connect()
      const url = await freshQueue(client)
      await sqsQueue({ client: losing(client, 3), urls: { digits: url }, sleep }).send('digits', messages(13))
      expect(numbersOf(await drain(client, url))).toEqual(numbersOf(messages(13)))
    })

    it('says that the call may be repeated when a message stays lost', async () => {
      const client = await connect()
      const url = await freshQueue(client)
      const queue = sqsQueue({ client: losing(client, 99), urls: { digits: url }, sleep })
      await expect(queue.send('digits', messages(3))).rejects.toMatchObject({ kind: 'retryable' })
    })

    it('says that the service is misconfigured when the queue is gone', async () => {
      const client = await connect()
      const url = `${await freshQueue(client)}-gone`
      const queue = sqsQueue({ client, urls: { digits: url }, sleep })
      await expect(queue.send('digits', messages(1))).rejects.toMatchObject({ kind: 'misconfigured' })
    })

    it('reports a retryable error when the connection fails', async () => {
      const client = sqsClient('http://127.0.0.1:1')
      const queue = sqsQueue({ client, urls: { digits: 'http://127.0.0.1:1/000000000000/digits' }, sleep })
      await expect(queue.send('digits', messages(1))).rejects.toMatchObject({
        kind: 'retryable',
        retryAfter: 2,
      })
    })
  })

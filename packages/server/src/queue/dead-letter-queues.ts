import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { Problem } from '@chimney/core/schema/problem'
import { queueProblem } from './queue-problem.ts'

/** Messages of an agent function by state. SQS counts approximately. */
export interface QueueState {
  readonly agent: string
  readonly waiting: number
  readonly inFlight: number
  readonly dead: number
}

/** The queues of agent functions with their dead-letter queues, for operators. */
export interface DeadLetterQueues {
  /** Sorted by agent. */
  states(): Promise<readonly QueueState[]>
  /**
   * Moves up to `count` dead letters back to the agent's queue and returns how many. A message whose deletion fails after it
   * was sent is delivered twice, which is harmless. Throws `Problem('not-found')` for an agent without a queue.
   */
  redrive(agent: string, count: number): Promise<number>
}

export interface SqsDeadLetterOptions {
  readonly client: SQSClient
  /** URLs by agent. */
  readonly urls: Readonly<Record<string, string>>
  readonly deadLetters: Readonly<Record<string, string>>
}

const BATCH = 10 // the most that SQS accepts in one call
/** Hides a message from other callers while it is moved. */
const HOLD_SECONDS = 60

export function sqsDeadLetterQueues({ client, urls, deadLetters }: SqsDeadLetterOptions): DeadLetterQueues {
  async function count(url: string | undefined): Promise<{ visible: number; hidden: number }> {
    if (url === undefined) return { visible: 0, hidden: 0 }
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl: url,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    )
    return {
      visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
      hidden: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    }
  }

  async function move(from: string, to: string, most: number): Promise<number> {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: from,
        MaxNumberOfMessages: Math.min(BATCH, most),
        VisibilityTimeout: HOLD_SECONDS,
        WaitTimeSeconds: 1, // a long poll queries all servers
      }),
    )
    if (Messages.length === 0) return 0
    const { Successful = [] } = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: to,
        Entries: Messages.map(({ Body = '' }, at) => ({ Id: String(at), MessageBody: Body })),
      }),
    )
    const sent = Successful.map(({ Id }) => Messages[Number(Id)]!)
    if (sent.length === 0) return 0
    await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: from,
        Entries: sent.map(({ ReceiptHandle = '' }, at) => ({ Id: String(at), ReceiptHandle })),
      }),
    )
    return sent.length
  }

  async function ofAgent<T>(agent: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw queueProblem(agent, error)
    }
  }

  return {
    states: () =>
      Promise.all(
        Object.keys(urls)
          .sort()
          .map(async (agent) => {
            const [live, dead] = await ofAgent(agent, async () => [
              await count(urls[agent]),
              await count(deadLetters[agent]),
            ])
            return { agent, waiting: live.visible, inFlight: live.hidden, dead: dead.visible + dead.hidden }
          }),
      ),

    async redrive(agent, most) {
      const [from, to] = [deadLetters[agent], urls[agent]]
      if (from === undefined || to === undefined)
        throw new Problem(
          'not-found',
          'unknown-agent',
          `no agent function ${agent} with a dead-letter queue; GET /v1/agents lists them`,
        )
      let moved = 0
      while (moved < most) {
        const count = await ofAgent(agent, () => move(from, to, most - moved))
        if (count === 0) break
        moved += count
      }
      return moved
    },
  }
}

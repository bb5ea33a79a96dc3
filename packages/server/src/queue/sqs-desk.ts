import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { Problem } from '@chimney/core/schema/problem'

/** How many messages of an agent function are where, as SQS counts them: approximately. */
export interface QueueState {
  readonly agent: string
  readonly waiting: number
  readonly inFlight: number
  readonly dead: number
}

/** What an operator does with the queues of agent functions. */
export interface Desk {
  /** By name. */
  look(): Promise<readonly QueueState[]>
  /**
   * Sends up to `count` dead letters of the agent to its queue again, and answers how many. One that was sent and whose removal
   * failed comes twice, which is harmless. Throws `Problem('not-found')` for an agent without a queue.
   */
  redrive(agent: string, count: number): Promise<number>
}

export interface SqsDeskOptions {
  readonly client: SQSClient
  /** URLs by agent. */
  readonly urls: Readonly<Record<string, string>>
  readonly deadLetters: Readonly<Record<string, string>>
}

const BATCH = 10 // SQS takes no more in one call
/** While a letter is on its way, nobody else takes it. */
const HOLD_SECONDS = 60

export function sqsDesk({ client, urls, deadLetters }: SqsDeskOptions): Desk {
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
        WaitTimeSeconds: 1, // asks every server that may hold one
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

  return {
    look: () =>
      Promise.all(
        Object.keys(urls)
          .sort()
          .map(async (agent) => {
            const [alive, dead] = [await count(urls[agent]), await count(deadLetters[agent])]
            return { agent, waiting: alive.visible, inFlight: alive.hidden, dead: dead.visible + dead.hidden }
          }),
      ),

    async redrive(agent, most) {
      const [from, to] = [deadLetters[agent], urls[agent]]
      if (from === undefined || to === undefined)
        throw new Problem(
          'not-found',
          'unknown-agent',
          `there is no agent function ${agent} with dead letters; see GET /v1/agents`,
        )
      let moved = 0
      while (moved < most) {
        const some = await move(from, to, most - moved)
        if (some === 0) break
        moved += some
      }
      return moved
    },
  }
}

import { type BatchResultErrorEntry, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { Problem } from '@chimney/core/schema/problem'
import { encodeTrialMessage } from '@chimney/core/schema/trial-message'
import type { Queue, TrialMessage } from './queue.ts'
import { queueProblem, queueUnavailable } from './queue-problem.ts'

export interface SqsQueueOptions {
  readonly client: SQSClient
  /** Queue URL of each agent function, by its name. */
  readonly urls: Readonly<Record<string, string>>
  /** Replaced in tests. */
  readonly sleep?: (ms: number) => Promise<void>
}

const BATCH = 10 // the maximum of SQS in one call
const CONCURRENT_BATCHES = 4 // a fan-out of 1,000 trials takes 25 rounds
const ATTEMPTS = 4 // for failed entries of a successful call; the client retries failed calls
const FIRST_WAIT_MS = 50 // doubled each time

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** {@link Queue} on standard SQS queues, one for each agent function. */
export const sqsQueue = ({ client, urls, sleep = wait }: SqsQueueOptions): Queue => {
  const byAgent = new Map(Object.entries(urls))
  const agents = [...byAgent.keys()].sort()

  const sendBatch = async (agent: string, url: string, batch: readonly TrialMessage[]) => {
    let left = batch
    for (let attempt = 1; ; attempt++) {
      const answer = await client
        .send(
          new SendMessageBatchCommand({
            QueueUrl: url,
            Entries: left.map((message, index) => ({
              Id: String(index),
              MessageBody: encodeTrialMessage(message),
            })),
          }),
        )
        .catch((cause: unknown) => {
          throw queueProblem(agent, cause)
        })
      // Only confirmed entries are sent: one that is in neither list is sent again.
      const sent = new Set(answer.Successful?.map((entry) => entry.Id))
      const refused = answer.Failed?.find((entry) => entry.SenderFault)
      if (refused) throw queueProblem(agent, errorOf(refused))
      left = left.filter((_, index) => !sent.has(String(index)))
      if (left.length === 0) return
      if (attempt === ATTEMPTS) throw queueUnavailable(agent, errorOf(answer.Failed?.[0] ?? {}))
      await sleep(FIRST_WAIT_MS * 2 ** (attempt - 1))
    }
  }

  return {
    agents,
    async send(agent, messages) {
      const url = byAgent.get(agent)
      if (url === undefined) throw unknownAgent(agent, agents)
      const round = BATCH * CONCURRENT_BATCHES
      for (let start = 0; start < messages.length; start += round) {
        const batches: Promise<void>[] = []
        for (let at = start; at < Math.min(start + round, messages.length); at += BATCH)
          batches.push(sendBatch(agent, url, messages.slice(at, at + BATCH)))
        // Wait for all, so that no send continues after the call has returned.
        const failed = (await Promise.allSettled(batches)).find((result) => result.status === 'rejected')
        if (failed) throw failed.reason
      }
    },
  }
}

/** An entry that SQS refused in a call that succeeded. */
const errorOf = ({
  Code = 'NoAnswer',
  Message = 'SQS did not confirm a message',
}: Partial<BatchResultErrorEntry>) => Object.assign(new Error(Message), { name: Code })

const unknownAgent = (agent: string, agents: readonly string[]) => {
  const known = agents.length > 0 ? `deployed agent functions: ${agents.join(', ')}` : 'none is deployed'
  const message = `No agent function is named ${agent}; ${known}.`
  return new Problem('invalid', 'unknown-agent', message, {
    issues: [
      {
        path: 'dispatch.agent',
        message,
        fix: 'name a deployed agent function, or omit dispatch',
      },
    ],
  })
}

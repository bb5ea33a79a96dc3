import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { Problem } from '@chimney/core/schema/problem'
import { inParallel } from '../in-parallel.ts'

const BATCH = 10 // the maximum of SQS in one call

/** Sends each body once. Returns an error code or error for each one that SQS did not confirm. */
async function sendBatches(
  client: SQSClient,
  url: string,
  bodies: readonly string[],
): Promise<readonly unknown[]> {
  const batches: (readonly string[])[] = []
  for (let at = 0; at < bodies.length; at += BATCH) batches.push(bodies.slice(at, at + BATCH))
  const refused: unknown[] = []
  await inParallel(batches, async (batch) => {
    const Entries = batch.map((MessageBody, at) => ({ Id: String(at), MessageBody }))
    try {
      const { Successful = [], Failed = [] } = await client.send(
        new SendMessageBatchCommand({ QueueUrl: url, Entries }),
      )
      // Only confirmed entries are sent: one that is in neither list is not.
      for (let at = Successful.length; at < batch.length; at++) refused.push(Failed[0]?.Code)
    } catch (cause) {
      for (let at = 0; at < batch.length; at++) refused.push(cause)
    }
  })
  return refused
}

/** Sends each message as JSON, once. Throws a retryable problem that names the queue and what to do when SQS did not confirm all. */
export async function sendAll(
  client: SQSClient,
  url: string,
  messages: readonly object[],
  { queue, remedy }: { readonly queue: string; readonly remedy: string },
): Promise<void> {
  const refused = await sendBatches(
    client,
    url,
    messages.map((message) => JSON.stringify(message)),
  )
  if (refused.length === 0) return
  const taken = messages.length - refused.length
  const text = `the ${queue} took ${taken} of ${messages.length} messages; ${remedy}`
  throw new Problem('retryable', 'queue-unavailable', text, { cause: refused[0] })
}

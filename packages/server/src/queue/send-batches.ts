import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { inParallel } from '../in-parallel.ts'

const BATCH = 10 // the maximum of SQS in one call

/** Sends each body once. Returns an error code or error for each one that SQS did not confirm. */
export async function sendBatches(
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

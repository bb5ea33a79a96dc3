import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import type { Deps, OnFailure } from '../deps.ts'
import { deliver } from '../notifications/deliver.ts'
import { decodeWebhookMessage, type WebhookMessage, type WebhookQueue } from '../queue/webhook-queue.ts'

/** The parts of an SQS event that are read. */
export interface WebhookEvent {
  readonly Records: readonly {
    readonly messageId: string
    readonly receiptHandle: string
    readonly body: string
    readonly attributes: { readonly ApproximateReceiveCount: string }
  }[]
}
export interface WebhookResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}

/** Seconds before the second, third, … delivery. After the last one, the message becomes a dead letter. */
const RETRY_SECONDS = [10, 60, 600, 3_600]

export const retrySeconds = (receives: number): number =>
  RETRY_SECONDS[Math.min(Math.max(receives, 1), RETRY_SECONDS.length) - 1]!

/** Delivers the records of a batch. Those that failed return to the queue after a delay that grows, and in the end to the dead letters. */
export const deliverRecords = (
  deps: Pick<Deps, 'store' | 'clock' | 'settings'> & {
    readonly webhooks: WebhookQueue
    readonly onFailure: OnFailure
  },
  { Records }: WebhookEvent,
): Promise<WebhookResponse> =>
  processPartialResponse(
    { Records: [...Records] },
    async ({ body, receiptHandle, attributes }: WebhookEvent['Records'][number]) => {
      const error = await failureOfRecord(deps, body)
      if (error === undefined) return
      await deps.webhooks.delay(receiptHandle, retrySeconds(Number(attributes.ApproximateReceiveCount)))
      throw error
    },
    new BatchProcessor(EventType.SQS),
    // Without a throw when all fail: each failure is reported.
    { throwOnFullBatchFailure: false },
  )

async function failureOfRecord(
  deps: Parameters<typeof deliverRecords>[0],
  body: string,
): Promise<Error | undefined> {
  let message: WebhookMessage | undefined
  try {
    message = decodeWebhookMessage(body)
    const error = (await deliver(deps, message))?.error
    if (!error) return undefined
    throw new Error(error)
  } catch (error) {
    const { entity, project, webhook } = message ?? {}
    deps.onFailure(`a delivery to webhook ${webhook} of ${entity}/${project}`, error)
    return error as Error
  }
}

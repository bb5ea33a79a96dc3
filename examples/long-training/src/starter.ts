import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import { Logger } from '@aws-lambda-powertools/logger'

/** Starts a container with these variables; resolves when AWS has accepted it. */
export type StartTask = (environment: { readonly CHIMNEY_TRIAL: string }) => Promise<void>

interface SqsRecord {
  readonly messageId: string
  readonly body: string
}

const logger = new Logger({ serviceName: 'starter' })

/**
 * A record is handled when its container was accepted. If the container never claims its trial, the service enqueues the trial
 * again after 15 minutes. The second of two containers for one trial finds it claimed and ends.
 */
export const starter = (start: StartTask) => (event: { readonly Records: readonly SqsRecord[] }) =>
  processPartialResponse(
    { Records: [...event.Records] },
    async ({ messageId, body }: SqsRecord) => {
      try {
        await start({ CHIMNEY_TRIAL: body })
      } catch (error) {
        // No capacity or no permission: the record is delivered again, and after five times it is a dead letter.
        logger.error('container not started', { message_id: messageId, error: String(error) })
        throw error
      }
    },
    new BatchProcessor(EventType.SQS),
    { throwOnFullBatchFailure: false },
  )

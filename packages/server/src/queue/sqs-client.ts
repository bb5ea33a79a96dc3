import { SQSClient } from '@aws-sdk/client-sqs'
import { awsPlace } from '../aws-place.ts'

/**
 * A client that gives up soon enough for a caller that waits on HTTP. `answerMs`: how long one answer may take; a long
 * poll needs more than its wait.
 */
export const sqsClient = (endpoint?: string, answerMs = 5_000): SQSClient =>
  new SQSClient({
    ...awsPlace(endpoint),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: answerMs },
  })

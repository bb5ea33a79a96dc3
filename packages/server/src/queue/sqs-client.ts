import { SQSClient } from '@aws-sdk/client-sqs'
import { awsEndpoint } from '../aws-endpoint.ts'

export interface SqsClientOptions {
  /** How long one answer may take; a long poll needs more than its wait. 5,000 in AWS, 30,000 elsewhere unless given. */
  readonly answerMs?: number
  /** How many calls may be under way; each long poll is one. 50 unless given. */
  readonly sockets?: number
}

const AWS_ANSWER_MS = 5_000
const EMULATOR_ANSWER_MS = 30_000 // it may share this thread, and then waits for its turn

/** A client that gives up soon enough for a caller that waits on HTTP. */
export const sqsClient = (endpoint?: string, options: SqsClientOptions = {}): SQSClient => {
  const place = awsEndpoint(endpoint)
  const { answerMs = place.credentials ? EMULATOR_ANSWER_MS : AWS_ANSWER_MS, sockets = 50 } = options
  return new SQSClient({
    ...place,
    maxAttempts: 3,
    requestHandler: {
      requestTimeout: answerMs,
      throwOnRequestTimeout: true, // otherwise the SDK only warns, and waits on
      httpAgent: { maxSockets: sockets },
      httpsAgent: { maxSockets: sockets },
    },
  })
}

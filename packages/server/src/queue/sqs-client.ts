import { SQSClient } from '@aws-sdk/client-sqs'
import { awsEndpoint } from '../aws-endpoint.ts'

export interface SqsClientOptions {
  /** Request timeout; must be longer than a long poll. By default 5,000 in AWS and 30,000 for emulators. */
  readonly timeoutMs?: number
  /** Maximum number of concurrent calls; each long poll is one. 50 by default. */
  readonly sockets?: number
}

const AWS_TIMEOUT_MS = 5_000
const EMULATOR_TIMEOUT_MS = 30_000 // an embedded emulator shares this thread

/** A client whose timeout is short enough for callers that wait on HTTP. */
export const sqsClient = (endpoint?: string, options: SqsClientOptions = {}): SQSClient => {
  const place = awsEndpoint(endpoint)
  const { timeoutMs = place.credentials ? EMULATOR_TIMEOUT_MS : AWS_TIMEOUT_MS, sockets = 50 } = options
  return new SQSClient({
    ...place,
    maxAttempts: 3,
    requestHandler: {
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true, // by default the SDK only warns
      httpAgent: { maxSockets: sockets },
      httpsAgent: { maxSockets: sockets },
    },
  })
}

import { SQSClient } from '@aws-sdk/client-sqs'

/** Where SQS is, when it is not the AWS of the environment. */
export interface SqsPlace {
  readonly endpoint?: string | undefined
  readonly region?: string | undefined
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** How long an answer may take. A long poll needs more than its wait. Default 5,000. */
  readonly requestTimeoutMs?: number
}

/** A client that gives up soon enough for a caller that waits on HTTP. */
export const sqsClient = (place: SqsPlace = {}): SQSClient =>
  new SQSClient({
    ...(place.endpoint !== undefined && { endpoint: place.endpoint }),
    ...(place.region !== undefined && { region: place.region }),
    ...(place.credentials && { credentials: place.credentials }),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: place.requestTimeoutMs ?? 5_000 },
  })

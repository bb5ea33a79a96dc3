import { Problem } from '@chimney/core/schema/problem'

/** Errors after which the same request may succeed: names of DynamoDB, the SDK, and sockets. */
const RETRYABLE: ReadonlySet<string> = new Set([
  'InternalServerError',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'ReplicatedWriteConflictException',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'ThrottlingException',
  'AbortError',
  'NetworkingError',
  'RequestTimeout',
  'TimeoutError',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
])

export const isLostRace = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException'

/** Maps an AWS error to a Problem. Any other error is a bug and is returned unchanged. */
export function problemOf(error: unknown, op: string): unknown {
  if (!(error instanceof Error) || error instanceof Problem) return error
  const { code = '', $metadata } = error as { code?: string; $metadata?: { httpStatusCode?: number } }
  if (RETRYABLE.has(error.name) || RETRYABLE.has(code) || ($metadata?.httpStatusCode ?? 0) >= 500)
    return busy(op, error)
  // DynamoDB uses one name for all invalid requests; only the message identifies the 400 KB limit.
  if (error.name === 'ValidationException' && /item size/i.test(error.message))
    return new Problem(
      'too-large',
      'item-too-large',
      'the value to store is larger than 400 KB; make it smaller or split it',
      {
        cause: error,
      },
    )
  return error
}

export const busy = (op: string, cause?: unknown): Problem =>
  new Problem(
    'retryable',
    'store-busy',
    `the store did not complete ${op} in time; send the same request again`,
    {
      retryAfter: 1,
      cause,
    },
  )

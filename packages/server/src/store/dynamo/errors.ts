import { Problem } from '@chimney/core/schema/problem'

/** The same request may succeed later. Names of DynamoDB, of the SDK, and of sockets. */
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

/** Our word for an error of AWS. What is not known here is a mistake of ours and stays what it is. */
export function problemOf(error: unknown, op: string): unknown {
  if (!(error instanceof Error) || error instanceof Problem) return error
  const { code = '', $metadata } = error as { code?: string; $metadata?: { httpStatusCode?: number } }
  if (RETRYABLE.has(error.name) || RETRYABLE.has(code) || ($metadata?.httpStatusCode ?? 0) >= 500)
    return busy(op, error)
  // DynamoDB has one name for all bad requests; only the message tells the limit of 400 KB from a mistake of ours.
  if (error.name === 'ValidationException' && /item size/i.test(error.message))
    return new Problem(
      'too-large',
      'item-too-large',
      'what is to be stored is larger than 400 KB; make it smaller or split it',
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
    `the store could not answer ${op} in time; send the same request again`,
    {
      retryAfter: 1,
      cause,
    },
  )

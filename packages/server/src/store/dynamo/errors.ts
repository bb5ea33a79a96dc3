import { MISCONFIGURED, Problem } from '@chimney/core/schema/problem'
import { awsProblem } from '../../aws-failure.ts'

export const isLostRace = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException'

/** Maps an AWS error to a Problem. Any other error is a bug and is returned unchanged. */
export function problemOf(error: unknown, op: string): unknown {
  // DynamoDB uses one name for all invalid requests; only the message identifies the 400 KB limit.
  if (error instanceof Error && error.name === 'ValidationException' && /item size/i.test(error.message))
    return itemTooLarge(error)
  // The engine of the local cloud names its data folder and what is wrong with it.
  if (error instanceof Error && error.name === 'DataFolderNotWritable')
    return new Problem('retryable', 'data-folder-not-writable', error.message, {
      retryAfter: 5,
      cause: error,
    })
  if (error instanceof Error && error.name === 'TablesDamaged')
    return new Problem('misconfigured', MISCONFIGURED, error.message, { cause: error })
  return awsProblem(error, 'the table', (cause) => busy(op, cause))
}

export const itemTooLarge = (cause?: unknown): Problem =>
  new Problem(
    'too-large',
    'item-too-large',
    'the value to store is larger than 400 KB; make it smaller or split it',
    { cause },
  )

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

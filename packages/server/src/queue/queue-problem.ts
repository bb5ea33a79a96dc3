import { Problem } from '@chimney/core/schema/problem'
import { awsProblem } from '../aws-failure.ts'

const RETRY_AFTER_SECONDS = 2

/** Maps an error of SQS to a Problem. Any other error is a bug and is returned unchanged. */
export const queueProblem = (agent: string, error: unknown): unknown =>
  awsProblem(error, `the queue of agent ${agent}`, (cause) => queueUnavailable(agent, cause))

export const queueUnavailable = (agent: string, cause: Error): Problem =>
  new Problem('retryable', 'queue-unavailable', `The queue of agent ${agent} is unavailable; try again.`, {
    retryAfter: RETRY_AFTER_SECONDS,
    cause,
  })

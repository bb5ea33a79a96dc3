import { Problem } from '@chimney/core/schema/problem'

/** An idempotency key came with another request than the first time. */
export const reusedKey = (what: string): Problem =>
  new Problem(
    'invalid',
    'idempotency-key-reused',
    `this Idempotency-Key was used for another request (${what}); use a new key for a new request`,
  )

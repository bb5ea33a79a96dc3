import { Problem } from '@chimney/core/schema/problem'

/** An idempotency key was sent with another request than before. */
export const reusedKey = (what: string): Problem =>
  new Problem(
    'invalid',
    'idempotency-key-reused',
    `this Idempotency-Key was used for another request (${what}); use a new key for a new request`,
  )

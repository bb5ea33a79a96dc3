import { Problem } from '@chimney/core/schema/problem'

/** A client that went away while it sent a body: no failure of the service. It does not read the answer; a proxy may. */
export const incompleteBody = (cause: unknown): Problem =>
  new Problem(
    'invalid',
    'body-incomplete',
    'the connection closed before the whole body had arrived; send the request again',
    { cause },
  )

import type { Answer } from '../transport.ts'

/** Length of a lease, measured with the server's clock only, so that clock skew on this machine has no effect. */
export const leaseMsOf = (until: string | null, { serverNow }: Answer<unknown>): number | undefined =>
  until === null || serverNow === undefined ? undefined : Date.parse(until) - serverNow

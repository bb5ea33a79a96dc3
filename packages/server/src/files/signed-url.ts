import { createHmac, timingSafeEqual } from 'node:crypto'
import type { UnixMs } from '../clock.ts'

/** What a URL permits. GET includes HEAD. */
export interface Permission {
  readonly method: 'GET' | 'PUT'
  readonly key: string
  /** Exclusive. */
  readonly until: UnixMs
}

/** A bearer token for exactly this permission. */
export const sign = (secret: string, { method, key, until }: Permission): string =>
  createHmac('sha256', secret).update(`${method}\n${until}\n${key}`, 'utf8').digest('base64url')

/** Whether {@link sign} made the token for this permission and it has not expired. */
export const permits = (secret: string, permission: Permission, token: string, now: UnixMs): boolean => {
  const expected = Buffer.from(sign(secret, permission))
  const given = Buffer.from(token)
  return given.length === expected.length && timingSafeEqual(given, expected) && now < permission.until
}

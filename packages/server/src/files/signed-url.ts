import { createHmac, timingSafeEqual } from 'node:crypto'
import type { UnixMs } from '../clock.ts'

/** What a URL permits. A GET permits HEAD too. */
export interface Permission {
  readonly method: 'GET' | 'PUT'
  readonly key: string
  /** Until when, not included. */
  readonly until: UnixMs
}

/** A token that permits this and nothing else, for whoever holds it. */
export const sign = (secret: string, { method, key, until }: Permission): string =>
  createHmac('sha256', secret).update(`${method}\n${until}\n${key}`, 'utf8').digest('base64url')

/** Whether the token was made by {@link sign} for just this permission, and is not over. */
export const permits = (secret: string, permission: Permission, token: string, now: UnixMs): boolean => {
  const expected = Buffer.from(sign(secret, permission))
  const given = Buffer.from(token)
  return given.length === expected.length && timingSafeEqual(given, expected) && now < permission.until
}

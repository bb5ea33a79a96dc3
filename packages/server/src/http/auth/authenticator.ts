import { createHash, timingSafeEqual } from 'node:crypto'
import type { KeyScope } from '@chimney/core/schema/key-scope'
import { Problem } from '@chimney/core/schema/problem'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import type { KeyRecord } from '../../store/api-keys.ts'
import { type RateLimit, rateLimit } from './rate-limit.ts'

/** The owner and scope of a request's key. `key` is absent for keys from the environment. */
export interface Caller {
  readonly entity: string
  readonly scope: KeyScope
  readonly key?: KeyRecord
  /** The token of a message: the caller may use the run of its trial. */
  readonly trial?: true
}

/** A key from the environment. `hash`: SHA-256 in hex, see {@link hashKey}. */
export interface MasterKey {
  readonly hash: string
  readonly entity: string
  /** `admin` unless given. */
  readonly scope?: KeyScope
}

export interface AuthOptions {
  readonly masters?: readonly MasterKey[]
  /** Rate limit of keys without a limit, in requests per minute; unlimited when absent. */
  readonly perMinute?: number | undefined
}

export interface Authenticator {
  /** Takes the `Authorization` header. Throws `Problem('unauthorized')` unless it has a valid key. */
  authenticate(authorization: string | null | undefined): Promise<Caller>
  /** Counts a request against the rate limit of keys without a limit. */
  limit(id: string): Promise<void>
  /** Clears the cache, so that this instance refuses a revoked key at once. */
  forget(): void
}

/** A key that another instance revoked may stay valid for as long. */
const KNOWN_MS = 30_000
/** Short, so that a new key works soon; long enough to bound the reads of a client with a wrong key. */
const UNKNOWN_MS = 2_000
const MAX_CACHED = 1_000
const MAX_KEY_LENGTH = 256

/** Keys are 160 random bits, so a plain hash cannot be searched and needs neither salt nor stretching. */
export const hashKey = (key: string): string => createHash('sha256').update(key, 'utf8').digest('hex')

/** Precision of the stored time of the last use. */
const USE_MS = 60 * 60_000

/**
 * Looks keys up by their hash and caches the results briefly. Each request counts against the rate limit of its key; at most once
 * an hour, its time is stored as the last use of the key.
 */
export function authenticator(deps: Pick<Deps, 'store' | 'clock'>, options: AuthOptions = {}): Authenticator {
  const { masters = [], perMinute } = options
  const limit = rateLimit(deps)
  const cache = new Map<string, { key: KeyRecord | undefined; until: UnixMs }>()

  async function find(hash: string): Promise<KeyRecord | undefined> {
    const now = deps.clock.now()
    const known = cache.get(hash)
    if (known && known.until > now) return known.key
    const key = await deps.store.findKey(hash)
    if (key && now < (key.expiresAt ?? Infinity) && now - (key.lastUsedAt ?? 0) >= USE_MS)
      await used(key, now)
    cache.delete(hash)
    cache.set(hash, { key, until: now + (key ? KNOWN_MS : UNKNOWN_MS) })
    if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value!)
    return key
  }

  /** A failed write does not fail the request. */
  const used = (key: KeyRecord, lastUsedAt: UnixMs) =>
    deps.store.changeKey(key, { lastUsedAt }).then(
      () => {},
      () => {},
    )

  return {
    async authenticate(authorization) {
      const secret = credentialsOf(authorization)
      const hash = hashKey(secret)
      const master = masters.find((one) => sameHash(hash, one.hash))
      if (master) {
        await within(limit, master.hash, perMinute)
        return { entity: master.entity, scope: master.scope ?? 'admin' }
      }
      const key = await find(hash)
      if (!key)
        throw new Problem(
          'unauthorized',
          'unknown-key',
          'this API key is unknown or was revoked; send a valid one',
        )
      if (key.expiresAt !== undefined && key.expiresAt <= deps.clock.now())
        throw new Problem(
          'unauthorized',
          'expired-key',
          `this API key expired at ${new Date(key.expiresAt).toISOString()}; send a valid one`,
        )
      await within(limit, key.hash, key.requestsPerMinute ?? perMinute)
      // Keys that were created before scopes existed have all of them.
      return { entity: key.entity, scope: key.scope ?? 'admin', key }
    },
    limit: (id) => within(limit, id, perMinute),
    forget: () => cache.clear(),
  }
}

const within = async (limit: RateLimit, id: string, perMinute: number | undefined) => {
  if (perMinute !== undefined) await limit(id, perMinute)
}

function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a, 'hex')
  const right = Buffer.from(b, 'hex')
  return left.length === right.length && timingSafeEqual(left, right)
}

/** The key of `Bearer KEY` or `Basic base64(api:KEY)`; the user name is ignored. */
function credentialsOf(authorization: string | null | undefined): string {
  if (!authorization)
    throw new Problem('unauthorized', 'missing-key', 'send an API key as "Authorization: Bearer KEY"')
  const [, scheme, rest] = /^(\S+) +(\S+) *$/.exec(authorization) ?? []
  const secret =
    scheme?.toLowerCase() === 'bearer'
      ? rest
      : scheme?.toLowerCase() === 'basic'
        ? password(rest ?? '')
        : undefined
  if (!secret || secret.length > MAX_KEY_LENGTH)
    throw new Problem(
      'unauthorized',
      'malformed-key',
      'the Authorization header must be "Bearer KEY", or "Basic" with the user "api" and the key as password',
    )
  return secret
}

function password(encoded: string): string | undefined {
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : text.slice(colon + 1)
}

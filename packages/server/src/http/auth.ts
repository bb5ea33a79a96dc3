import { createHash, timingSafeEqual } from 'node:crypto'
import { Problem } from '@chimney/core/schema/problem'
import type { UnixMs } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { KeyRecord } from '../store/store.ts'

/** Who sent the request. `key` is absent for the master key. */
export interface Caller {
  readonly entity: string
  readonly key?: KeyRecord
}

/** `hash`: SHA-256 in hex, see {@link hashKey}. */
export interface MasterKey {
  readonly hash: string
  readonly entity: string
}

export interface Authenticator {
  /** Takes the `Authorization` header. Throws `Problem('unauthorized')` when it holds no key that works. */
  authenticate(authorization: string | null | undefined): Promise<Caller>
  /** Forgets what was looked up, so that a key revoked here stops working here at once. */
  forget(): void
}

/** A key that was revoked by another instance may work for as long. */
const KNOWN_MS = 30_000
/** Short, so that a new key works soon after it was made; long enough to blunt a client that hammers with a wrong one. */
const UNKNOWN_MS = 2_000
const MAX_REMEMBERED = 1_000
const MAX_KEY_LENGTH = 256

/** Keys are 160 random bits, so a plain hash cannot be searched and needs neither salt nor stretching. */
export const hashKey = (key: string): string => createHash('sha256').update(key, 'utf8').digest('hex')

/** Looks keys up by their hash and remembers the answers for a short while. */
export function authenticator(deps: Pick<Deps, 'store' | 'clock'>, master?: MasterKey): Authenticator {
  const remembered = new Map<string, { key: KeyRecord | undefined; until: UnixMs }>()

  async function find(hash: string): Promise<KeyRecord | undefined> {
    const now = deps.clock.now()
    const known = remembered.get(hash)
    if (known && known.until > now) return known.key
    const key = await deps.store.findKey(hash)
    remembered.delete(hash)
    remembered.set(hash, { key, until: now + (key ? KNOWN_MS : UNKNOWN_MS) })
    if (remembered.size > MAX_REMEMBERED) remembered.delete(remembered.keys().next().value!)
    return key
  }

  return {
    async authenticate(authorization) {
      const secret = credentialsOf(authorization)
      const hash = hashKey(secret)
      if (master && sameHash(hash, master.hash)) return { entity: master.entity }
      const key = await find(hash)
      if (!key)
        throw new Problem(
          'unauthorized',
          'unknown-key',
          'this API key is unknown or was revoked; send another',
        )
      return { entity: key.entity, key }
    },
    forget: () => remembered.clear(),
  }
}

function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a, 'hex')
  const right = Buffer.from(b, 'hex')
  return left.length === right.length && timingSafeEqual(left, right)
}

/** The key out of `Bearer KEY` or `Basic base64(api:KEY)`; the user's name is not looked at. */
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

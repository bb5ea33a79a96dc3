import { randomBytes } from 'node:crypto'
import type { KeyCreate } from '@chimney/core/schema/api/keys'
import { Problem } from '@chimney/core/schema/problem'
import type * as z from 'zod'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import type { KeyRecord } from '../../store/api-keys.ts'
import { hashKey } from './authenticator.ts'

/** 40 lower-case hex characters: the one form that every version of the W&B client accepts. */
const KEY_BYTES = 20

type KeyDeps = Pick<Deps, 'store' | 'clock' | 'randomId'>
/** What a key shall be like. */
type Wish = Pick<KeyRecord, 'name' | 'scope' | 'expiresAt' | 'requestsPerMinute'>

/** Makes an API key for the entity. The answer is the only place where the key itself ever is. */
export async function createKey(
  deps: KeyDeps,
  entity: string,
  wish: Wish,
): Promise<{ key: string; record: KeyRecord }> {
  const key = randomBytes(KEY_BYTES).toString('hex')
  const record: KeyRecord = {
    ...wish,
    id: deps.randomId(8),
    hash: hashKey(key),
    entity,
    createdAt: deps.clock.now(),
  }
  if (!(await deps.store.putKey(record)))
    throw new Problem('retryable', 'key-collision', 'the key could not be made; send the request again')
  return { key, record }
}

/** Makes a key like the one with this id, which stops working after a while. Throws `Problem('not-found')`. */
export async function rotateKey(
  deps: KeyDeps,
  entity: string,
  id: string,
  graceSeconds: number,
): Promise<{ key: string; record: KeyRecord }> {
  const old = (await deps.store.listKeys(entity)).find((key) => key.id === id)
  if (!old) throw keyNotFound(id)
  const { name, scope, expiresAt, requestsPerMinute } = old
  const made = await createKey(deps, entity, {
    name,
    ...(scope && { scope }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
  })
  const end = Math.min(expiresAt ?? Number.POSITIVE_INFINITY, deps.clock.now() + graceSeconds * 1000)
  await deps.store.changeKey(old, { expiresAt: end })
  return made
}

/** Throws `Problem('invalid')` for a time that is over: a key that never works is a mistake. */
export function wishOf(body: z.output<typeof KeyCreate>, now: UnixMs): Wish {
  const expiresAt = body.expires_at === undefined ? undefined : Date.parse(body.expires_at)
  if (expiresAt !== undefined && expiresAt <= now)
    throw new Problem('invalid', 'invalid-body', 'expires_at is in the past; give a time to come', {
      issues: [{ path: 'expires_at', message: 'is in the past', fix: 'give a time to come' }],
    })
  return {
    name: body.name,
    scope: body.scope,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(body.requests_per_minute !== undefined && { requestsPerMinute: body.requests_per_minute }),
  }
}

export const keyNotFound = (id: string): Problem =>
  new Problem('not-found', 'key-not-found', `there is no key ${id}; list them at GET /v1/keys`)

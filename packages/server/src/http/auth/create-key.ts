import { randomBytes } from 'node:crypto'
import type { KeyCreate } from '@chimney/core/schema/api/keys'
import { Problem } from '@chimney/core/schema/problem'
import type * as z from 'zod'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import type { KeyRecord } from '../../store/api-keys.ts'
import { hashKey } from './authenticator.ts'

/** 40 lower-case hex characters, which every version of the W&B client accepts. */
const KEY_BYTES = 20

type KeyDeps = Pick<Deps, 'store' | 'clock' | 'randomId'>
type KeySettings = Pick<KeyRecord, 'name' | 'scope' | 'expiresAt' | 'requestsPerMinute'>

/** Creates an API key for the entity. Only the result contains the key. */
export async function createKey(
  deps: KeyDeps,
  entity: string,
  settings: KeySettings,
): Promise<{ key: string; record: KeyRecord }> {
  const key = randomBytes(KEY_BYTES).toString('hex')
  const record: KeyRecord = {
    ...settings,
    id: deps.randomId(8),
    hash: hashKey(key),
    entity,
    createdAt: deps.clock.now(),
  }
  if (!(await deps.store.putKey(record)))
    throw new Problem('retryable', 'key-collision', 'the key could not be created; send the request again')
  return { key, record }
}

/** Creates a key with the settings of another one, which expires after `graceSeconds`. Throws `Problem('not-found')`. */
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

/** Throws `Problem('invalid')` for an expiry in the past. */
export function settingsOf(body: z.output<typeof KeyCreate>, now: UnixMs): KeySettings {
  const expiresAt = body.expires_at === undefined ? undefined : Date.parse(body.expires_at)
  if (expiresAt !== undefined && expiresAt <= now)
    throw new Problem('invalid', 'invalid-body', 'expires_at is in the past; give a time in the future', {
      issues: [{ path: 'expires_at', message: 'is in the past', fix: 'give a time in the future' }],
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

import { randomBytes } from 'node:crypto'
import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../deps.ts'
import type { KeyRecord } from '../store/store.ts'
import { hashKey } from './auth.ts'

/** 40 lower-case hex characters: the one form that every version of the W&B client accepts. */
const KEY_BYTES = 20

/** Makes an API key for the entity. The answer is the only place where the key itself ever is. */
export async function createKey(
  deps: Pick<Deps, 'store' | 'clock' | 'randomId'>,
  entity: string,
  name: string,
): Promise<{ key: string; record: KeyRecord }> {
  const key = randomBytes(KEY_BYTES).toString('hex')
  const record: KeyRecord = {
    id: deps.randomId(8),
    hash: hashKey(key),
    entity,
    name,
    createdAt: deps.clock.now(),
  }
  if (!(await deps.store.putKey(record)))
    throw new Problem('retryable', 'key-collision', 'the key could not be made; send the request again')
  return { key, record }
}

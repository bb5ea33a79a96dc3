import { Problem } from '@chimney/core/schema/problem'
import { createKey } from '../../http/auth/create-key.ts'
import type { KeyRecord } from '../../store/api-keys.ts'
import type { DoorRequest } from './request.ts'

/** GraphQL `ApiKey`. Its name is no secret, except in the answer that makes the key. */
export const keyObject = ({ id, name }: Pick<KeyRecord, 'id' | 'name'>) => ({ id, name, description: name })

/** What a key is called that nobody has named. */
const UNNAMED = 'made by wandb'
const MAX_NAME = 128

/** `generateApiKey`: a key that may do what training needs. The client reads the key itself from `name`. */
export async function generateApiKey(door: DoorRequest, description: string | null | undefined) {
  const { key, record } = await createKey(door.deps, door.caller.entity, {
    name: (description?.trim() || UNNAMED).slice(0, MAX_NAME),
    scope: 'write',
  })
  return { apiKey: { ...keyObject(record), name: key } }
}

/** `deleteApiKey`: the key stops working within 30 seconds. */
export async function deleteApiKey(door: DoorRequest, id: string) {
  if (await door.deps.store.revokeKey(door.caller.entity, id)) return { success: true }
  throw new Problem(
    'not-found',
    'key-not-found',
    `there is no key ${id.slice(0, 100)} of ${door.caller.entity}`,
  )
}

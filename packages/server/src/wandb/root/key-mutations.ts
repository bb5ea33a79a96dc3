import { Problem } from '@chimney/core/schema/problem'
import { createKey } from '../../http/auth/create-key.ts'
import type { WandbContext } from '../graphql/context.ts'
import { keyObject } from '../objects/key-object.ts'

/** Name of a key that was created without one. */
const UNNAMED = 'made by wandb'
const MAX_NAME = 128

/** `generateApiKey`: a key with the scope that training needs. The client reads the key itself from `name`. */
export async function generateApiKey(ctx: WandbContext, description: string | null | undefined) {
  const { key, record } = await createKey(ctx.deps, ctx.caller.entity, {
    name: (description?.trim() || UNNAMED).slice(0, MAX_NAME),
    scope: 'write',
  })
  return { apiKey: { ...keyObject(record), name: key } }
}

/** `deleteApiKey`: the key stops working within 30 seconds. */
export async function deleteApiKey(ctx: WandbContext, id: string) {
  if (await ctx.deps.store.revokeKey(ctx.caller.entity, id)) return { success: true }
  throw new Problem(
    'not-found',
    'key-not-found',
    `there is no key ${id.slice(0, 100)} of ${ctx.caller.entity}`,
  )
}

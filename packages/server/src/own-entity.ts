import { Problem } from '@chimney/core/schema/problem'

/** Throws `Problem('forbidden')` unless the key belongs to this entity. */
export function ownEntity(ctx: { readonly caller: { readonly entity: string } }, entity: string): void {
  if (entity !== ctx.caller.entity)
    throw new Problem(
      'forbidden',
      'other-entity',
      `this API key belongs to ${ctx.caller.entity} and has no access to ${entity}`,
    )
}

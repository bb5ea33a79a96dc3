import type { KeyScope } from '@chimney/core/schema/key-scope'
import {
  Entity,
  Project,
  type ProjectKey,
  RunId,
  type RunKey,
  type SweepKey,
} from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type * as z from 'zod'
import type { Deps } from '../../deps.ts'

/** Whose key it was. `key` is absent for the key from the environment. */
export interface Caller {
  readonly entity: string
  readonly scope: KeyScope
  readonly key?: { readonly id: string }
}

/** One request to the W&B API; passed to every resolver and handler. */
export interface WandbContext {
  readonly deps: Deps
  readonly caller: Caller
  /** The address at which the client has reached us, without a trailing slash. */
  readonly origin: string
}

/** Where runs go whose client named no project. */
export const DEFAULT_PROJECT = 'uncategorized'

/** Null means the caller's own entity and the default project. Another entity's project is refused. */
export function projectKeyOf(
  ctx: WandbContext,
  entity: string | null | undefined,
  project: string | null | undefined,
): ProjectKey {
  const key = {
    entity: named(Entity, entity || ctx.caller.entity),
    project: named(Project, project || DEFAULT_PROJECT),
  }
  ownEntity(ctx, key.entity)
  return key
}

export function runKeyOf(
  ctx: WandbContext,
  entity: string | null | undefined,
  project: string | null | undefined,
  run: string,
): RunKey {
  return { ...projectKeyOf(ctx, entity, project), run: named(RunId, run) }
}

/** A sweep by its id. Without a project the id alone decides, since it is unique in the deployment. */
export async function findSweepKey(
  ctx: WandbContext,
  entity: string | null | undefined,
  project: string | null | undefined,
  sweep: string,
): Promise<SweepKey | undefined> {
  if (!/^[a-z0-9]{1,64}$/.test(sweep)) return undefined
  if (entity) ownEntity(ctx, entity)
  const key = await ctx.deps.store.findSweep(sweep)
  if (!key) return undefined
  ownEntity(ctx, key.entity)
  const elsewhere = project && project !== DEFAULT_PROJECT && project !== key.project
  return elsewhere ? undefined : key
}

/** Throws unless the caller may touch what belongs to this entity. */
export function ownEntity(ctx: WandbContext, entity: string): void {
  if (entity !== ctx.caller.entity)
    throw new Problem(
      'forbidden',
      'other-entity',
      `this API key belongs to ${ctx.caller.entity} and may not use what belongs to ${entity}`,
    )
}

function named(schema: z.ZodType<string>, text: string): string {
  const parsed = schema.safeParse(text)
  if (parsed.success) return parsed.data
  throw new Problem(
    'invalid',
    'invalid-name',
    `${JSON.stringify(text.slice(0, 200))}: ${parsed.error.issues[0]?.message ?? 'is not a valid name'}`,
  )
}

/** A number in [1, 2^31) that stands for a project where clients want an integer. Collisions are harmless: names decide. */
export function internalIdOf(key: ProjectKey): string {
  let hash = 2166136261
  for (const char of `${key.entity}/${key.project}`) hash = Math.imul(hash ^ char.codePointAt(0)!, 16777619)
  return String((hash >>> 1) + 1)
}

export const timeOf = (at: number | undefined): string | null =>
  at === undefined ? null : new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')

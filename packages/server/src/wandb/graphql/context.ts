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
import { ownEntity } from '../../own-entity.ts'

/** The authenticated API key. `key` is absent for the key from the environment. */
export interface Caller {
  readonly entity: string
  readonly scope: KeyScope
  readonly key?: { readonly id: string }
}

/** One request to the W&B API; passed to every resolver and handler. */
export interface WandbContext {
  readonly deps: Deps
  readonly caller: Caller
  /** Origin of the request URL, without a trailing slash. */
  readonly origin: string
}

/** Project of runs whose client named none. */
export const DEFAULT_PROJECT = 'uncategorized'

/** Null means the caller's entity and the default project. Throws for another entity. */
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

/** Finds a sweep by its id, which is unique in the deployment; a given project must match. */
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

function named(schema: z.ZodType<string>, text: string): string {
  const parsed = schema.safeParse(text)
  if (parsed.success) return parsed.data
  throw new Problem(
    'invalid',
    'invalid-name',
    `${JSON.stringify(text.slice(0, 200))}: ${parsed.error.issues[0]?.message ?? 'is not a valid name'}`,
  )
}

/** A hash in [1, 2^31] for fields in which clients expect an integer project id. Collisions are harmless: lookups use names. */
export const internalIdOf = (key: ProjectKey): string => numberFor(`${key.entity}/${key.project}`)

/** An id of a kind whose number clients decode. */
export const numberedId = (kind: 'ProjectInternalId' | 'User' | 'Entity', number: string): string =>
  Buffer.from(`${kind}:${number}`).toString('base64')

/** The same number for the same name, from 1. */
export function numberFor(name: string): string {
  let hash = 2166136261
  for (const char of name) hash = Math.imul(hash ^ char.codePointAt(0)!, 16777619)
  return String((hash >>> 1) + 1)
}

export const timeOf = (at: number | undefined): string | null =>
  at === undefined ? null : new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')

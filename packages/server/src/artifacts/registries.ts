import type { ProjectKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { busy } from './artifacts.ts'
import type { ArtifactContext } from './context.ts'
import { once } from './request-memo.ts'

/** What the names of all registries begin with: a registry is a project of portfolios. */
const PREFIX = 'wandb-registry-'

/** Name of the document of a registry's settings. Registries that came to be by a link have none until they are changed. */
export const SETTINGS = 'registry'

export interface RegistrySettings {
  readonly description?: string
  /** As the client names it: `PRIVATE` or `RESTRICTED`. Every key of the entity reads the registry in both cases. */
  readonly access: string
  /** False: only artifacts of {@link types} can be linked. */
  readonly allTypes: boolean
  readonly types: readonly string[]
  readonly updatedAt?: number
  /** The registry that this one is renamed from, see `rename-registry.ts`. */
  readonly from?: string
  /** Everything of {@link from} is here. */
  readonly moved?: true
}

const DEFAULTS: RegistrySettings = { access: 'PRIVATE', allTypes: true, types: [] }

export const isRegistry = ({ project }: ProjectKey): boolean => project.startsWith(PREFIX)

export const registrySettings = (
  ctx: ArtifactContext,
  { entity, project }: ProjectKey,
): Promise<RegistrySettings> =>
  once(ctx, `registry ${entity}/${project}`, async () => {
    if (!isRegistry({ entity, project })) return DEFAULTS
    const document = await ctx.deps.store.getDocument({ entity, project }, SETTINGS)
    return document ? (JSON.parse(document.text) as RegistrySettings) : DEFAULTS
  })

const TRIES = 20

export async function changeRegistry(
  ctx: ArtifactContext,
  key: ProjectKey,
  change: (before: RegistrySettings) => RegistrySettings,
): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const document = await ctx.deps.store.getDocument(key, SETTINGS)
    const before = document ? (JSON.parse(document.text) as RegistrySettings) : DEFAULTS
    const text = JSON.stringify({ ...change(before), updatedAt: ctx.deps.clock.now() })
    if (await ctx.deps.store.putDocument(key, { name: SETTINGS, text, rev: (document?.rev ?? 0) + 1 })) return
  }
  throw busy()
}

/** Throws for an artifact of a type that the registry does not take. */
export async function checkType(ctx: ArtifactContext, key: ProjectKey, type: string): Promise<void> {
  const { allTypes, types } = await registrySettings(ctx, key)
  if (!allTypes && !types.includes(type))
    throw new Problem(
      'invalid',
      'type-not-allowed',
      `the registry ${key.project.slice(PREFIX.length)} takes artifacts of the types ${types.join(', ')}, not ${type}; ` +
        'append the type to registry.artifact_types and save the registry, or link to another one',
    )
}

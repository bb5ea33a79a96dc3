import { Project, type ProjectKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { changeRegistry, isRegistry } from '../../artifacts/registries.ts'
import { partsOf } from '../../global-id.ts'
import { requireScope } from '../../http/auth/scope.ts'
import { ownEntity } from '../../own-entity.ts'
import { projectKeyOf, type WandbContext } from '../graphql/context.ts'
import type { ObjectContext } from '../objects/links.ts'
import { projectObject } from '../objects/project-object.ts'

type Input<T> = { readonly input: T }
type Text = string | null | undefined

/** Projects, and registries, which are projects with settings. */
export const projectMutations = (ctx: ObjectContext) => ({
  upsertModel: async ({ input }: Input<UpsertModel>) => {
    const key = namedProject(ctx, input.entityName, input.name)
    await changeSettings(ctx, key, input)
    const inserted = await ctx.deps.store.ensureProject(key, ctx.deps.clock.now())
    const object = projectObject(ctx, key)
    return { project: object, model: object, inserted }
  },

  renameProject: async ({ input }: Input<RenameProject>) => {
    const { entity, project } = projectKeyOf(ctx, input.entityName, input.oldProjectName)
    const after = namedProject(ctx, input.entityName, input.newProjectName)
    if (!isRegistry({ entity, project }) || !isRegistry(after))
      throw new Problem('invalid', 'no-rename', 'projects cannot be renamed; only registries can')
    const { renameRegistry } = await import('../../artifacts/rename-registry.ts')
    await renameRegistry(ctx, entity, project, after.project)
    return { project: projectObject(ctx, after), inserted: false }
  },

  deleteModel: async ({ input }: Input<{ id: string }>) => {
    const [entity, project] = partsOf('Project', 2, input.id) as [string, string]
    ownEntity(ctx, entity)
    const { deleteProject } = await import('../../sweeps/lifecycle/delete-project.ts')
    await deleteProject(ctx.deps, { entity, project })
    return { success: true }
  },
})

interface UpsertModel {
  readonly name: string
  readonly entityName?: Text
  readonly description?: Text
  readonly access?: Text
  readonly artifactTypes?: readonly { readonly name: string; readonly description?: Text }[] | null
  readonly allowAllArtifactTypesInRegistry?: boolean | null
}
interface RenameProject {
  readonly entityName?: Text
  readonly oldProjectName: string
  readonly newProjectName: string
}

function namedProject(ctx: WandbContext, entity: Text, name: string): ProjectKey {
  const parsed = Project.safeParse(name)
  if (parsed.success) return projectKeyOf(ctx, entity, name)
  throw new Problem('invalid', 'invalid-name', parsed.error.issues[0]?.message ?? 'not a project name')
}

const ACCESS = ['PRIVATE', 'RESTRICTED']

async function changeSettings(ctx: WandbContext, key: ProjectKey, input: UpsertModel): Promise<void> {
  const { description, access, allowAllArtifactTypesInRegistry: allTypes } = input
  const types = (input.artifactTypes ?? []).map((type) => {
    if (type.description)
      throw new Problem('invalid', 'no-type-description', 'types of artifacts have no description here')
    return type.name
  })
  if (!isRegistry(key)) {
    if (description || types.length > 0)
      throw new Problem(
        'invalid',
        'no-registry',
        `projects have no description and no list of artifact types here, only registries: ${key.project} is none`,
      )
    // Every key of the entity reads its projects; keys of others read none.
    return
  }
  if (access && !ACCESS.includes(access))
    throw new Problem('invalid', 'unknown-access', `a registry's access is ${ACCESS.join(' or ')}`)
  if (await ctx.deps.store.getProject(key)) requireScope(ctx.caller, 'write', 'changing a registry')
  await changeRegistry(ctx, key, (before) => ({
    ...before,
    ...(description != null && { description }),
    ...(access && { access }),
    ...(allTypes != null && { allTypes }),
    types: [...new Set([...before.types, ...types])],
  }))
}

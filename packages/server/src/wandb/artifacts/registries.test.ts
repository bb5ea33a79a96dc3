/** A registry that is renamed keeps its links, also when the request was interrupted and is sent again. */
import { expect, it } from 'vitest'
import { artifactId } from '../../artifacts/artifacts.ts'
import type { Deps } from '../../deps.ts'
import { ENTITY } from '../../http/test-app.ts'
import { testWandb } from '../test-api.ts'
import { commitArtifact, createArtifact } from './create-artifact.ts'

/** Fails at the write with this number, counted from the start of the rename; `left` counts down. */
const faulty = (deps: Deps, fault: { left: number }): Deps => {
  const writes = ['putDocument', 'deleteDocument', 'deleteProject'] as const
  const store = { ...deps.store } as Record<string, unknown>
  for (const name of writes)
    store[name] = (...args: unknown[]) => {
      if (fault.left-- === 0) throw new Error('the store is away')
      return (deps.store[name] as (...args: unknown[]) => unknown)(...args)
    }
  return { ...deps, store: store as unknown as Deps['store'] }
}

const RENAME =
  'mutation ($to: String!) { renameProject(input: {entityName: "acme", oldProjectName: "wandb-registry-old", newProjectName: $to}) { project { name description } } }'
const READ =
  '{ old: project(name: "wandb-registry-old") { name } project(name: "wandb-registry-new") { artifactCollectionMembership(name: "Digits:production") { versionIndex artifact { artifactMemberships { edges { node { artifactCollection { name project { name } } } } } } } } }'

it('a rename is completed by repeating it, wherever it was interrupted', async () => {
  for (let interrupted = 0; ; interrupted++) {
    const fault = { left: Number.POSITIVE_INFINITY }
    const api = await testWandb((deps) => faulty(deps, fault))
    const ctx = {
      deps: api.deps,
      caller: { entity: ENTITY, scope: 'admin' as const },
      origin: 'http://chimney.test',
    }
    const draft = await createArtifact(ctx, {
      entityName: ENTITY,
      projectName: 'digits',
      artifactTypeName: 'model',
      artifactCollectionName: 'net',
      digest: 'd',
    })
    const { uid, collection, entity, project } = await commitArtifact(ctx, artifactId(draft))
    await api.data(
      'mutation { upsertModel(input: {name: "wandb-registry-old", description: "models"}) { inserted } }',
    )
    await api.data(
      'mutation ($id: ID) { linkArtifact(input: {artifactID: $id, artifactPortfolioName: "Digits", projectName: "wandb-registry-old", aliases: [{alias: "production"}]}) { versionIndex } }',
      { id: artifactId({ entity, project, collection, uid }) },
    )
    fault.left = interrupted
    const first = await api.ask(RENAME, { to: 'wandb-registry-new' })
    fault.left = Number.POSITIVE_INFINITY
    const { renameProject } = await api.data(RENAME, { to: 'wandb-registry-new' })
    expect(renameProject.project).toEqual({ name: 'wandb-registry-new', description: 'models' })
    const read = await api.data(READ)
    expect(read.old).toBe(null)
    const member = read.project.artifactCollectionMembership
    expect(member.versionIndex).toBe(0)
    expect(
      member.artifact.artifactMemberships.edges.map(
        ({ node }: { node: { artifactCollection: { name: string; project: { name: string } } } }) => [
          node.artifactCollection.project.name,
          node.artifactCollection.name,
        ],
      ),
    ).toEqual([
      ['digits', 'net'],
      ['wandb-registry-new', 'Digits'],
    ])
    await api.stop()
    if (first.status === 200) {
      expect(interrupted).toBeGreaterThan(5)
      return
    }
  }
})

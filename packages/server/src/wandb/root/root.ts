import type { WandbContext } from '../graphql/context.ts'
import { artifactObject } from '../objects/artifact-object.ts'
import { collectionObject, membershipObject, typeObject } from '../objects/collection-object.ts'
import type { Links } from '../objects/links.ts'
import { projectObject } from '../objects/project-object.ts'
import { runObject } from '../objects/run-object.ts'
import { sweepObject } from '../objects/sweep-object.ts'
import { mutations } from './mutations.ts'
import { queries } from './queries.ts'
import { guarded } from './scopes.ts'

const links: Links = {
  project: projectObject,
  sweep: sweepObject,
  run: runObject,
  artifact: artifactObject,
  artifactType: typeObject,
  collection: collectionObject,
  membership: membershipObject,
}

/** The root value of one GraphQL request. */
export function rootOf(request: WandbContext) {
  const ctx = { ...request, links }
  return { ...queries(ctx), ...guarded(ctx.caller, mutations(ctx)) }
}

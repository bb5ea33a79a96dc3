import type { ProjectKey } from '@chimney/core/schema/names'
import type { Artifact } from '../../artifacts/artifacts.ts'
import type { Collection } from '../../artifacts/collections.ts'
import type { Membership } from '../../artifacts/memberships.ts'
import type { LoadedSweep } from '../../sweeps/load-sweep.ts'
import type { WandbContext } from '../graphql/context.ts'
import type { RunView } from '../runs/run-view.ts'

/**
 * Objects are built in one direction: project → sweep → agent → run → file, and project → collection → artifact. References back
 * go through these builders, which `root.ts` provides, so that no two files import each other.
 */
export interface Links {
  readonly project: (ctx: ObjectContext, key: ProjectKey) => object
  readonly sweep: (ctx: ObjectContext, sweep: LoadedSweep) => object
  readonly run: (ctx: ObjectContext, view: RunView) => object
  readonly artifact: (ctx: ObjectContext, artifact: Artifact) => object
  readonly artifactType: (ctx: ObjectContext, project: ProjectKey, name: string) => object
  readonly collection: (ctx: ObjectContext, collection: Collection) => object
  readonly membership: (ctx: ObjectContext, member: Membership) => object
}

export interface ObjectContext extends WandbContext {
  readonly links: Links
}

import type { RunKey } from '@chimney/core/schema/names'
import type { Artifact } from '../../artifacts/artifacts.ts'
import { loggedBy, usedBy, usersOf } from '../../artifacts/lineage.ts'
import { connectionOf, type PageArgs } from '../graphql/connection.ts'
import type { ObjectContext } from './links.ts'

const EVERYTHING = { limit: 1_000_000 }

/** The artifacts that a run has logged: those that it created, then those with the same content as an earlier version. */
export async function logged(ctx: ObjectContext, run: RunKey, page: PageArgs) {
  const { items } = await loggedBy(ctx, run, EVERYTHING)
  const place = ({ run: by, collection, version = 0 }: Artifact) =>
    [by === run.run ? 0 : 1, collection, version] as const
  const order = (a: Artifact, b: Artifact) => {
    const [firstA, nameA, versionA] = place(a)
    const [firstB, nameB, versionB] = place(b)
    return firstA - firstB || (nameA < nameB ? -1 : nameA > nameB ? 1 : versionA - versionB)
  }
  return pageOf(ctx, items.toSorted(order), page)
}

export async function used(ctx: ObjectContext, run: RunKey, page: PageArgs) {
  return pageOf(ctx, (await usedBy(ctx, run, EVERYTHING)).items, page)
}

const pageOf = (ctx: ObjectContext, artifacts: readonly Artifact[], page: PageArgs) =>
  connectionOf(
    artifacts,
    page,
    ({ uid }) => uid,
    (artifact) => ctx.links.artifact(ctx, artifact),
  )

/** The runs that have used an artifact, also those of other projects. */
export async function runsUsing(ctx: ObjectContext, artifact: Artifact) {
  return connectionOf(
    (await usersOf(ctx, artifact, EVERYTHING)).items,
    {},
    ({ record }) => record.key.run,
    (run) => ctx.links.run(ctx, run),
  )
}

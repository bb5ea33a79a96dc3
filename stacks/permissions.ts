import actions from './actions.json'
import type { Queues } from './agents'
import type { Storage } from './storage'

/** A function of ours that has something to do with AWS. Agent functions have not: their queue's mapping is all they get. */
export type Role = keyof typeof actions

/**
 * What a link tells: names, and no right to anything. SST's own links grant every action of a service; rights are given one by
 * one in `actions.json`. Before any component is made, because a component reads its links when it is made.
 */
export function linkNamesOnly(): void {
  sst.Linkable.wrap(sst.aws.Dynamo, (table) => ({ properties: { name: table.name } }))
  sst.Linkable.wrap(sst.aws.Bucket, (bucket) => ({ properties: { name: bucket.name } }))
}

/** The rights of a function: the actions that its code calls, each on the things that it calls them on. */
export function permissionsOf(role: Role, { table, files }: Storage, queues: Queues) {
  const places: Record<string, $util.Input<string>[]> = {
    table: [table.arn],
    index: [$interpolate`${table.arn}/index/gsi1`],
    files: [$interpolate`${files.arn}/*`],
    // Also lets S3 answer "there is none" instead of "you may not know".
    bucket: [files.arn],
    queues: [...queues.values()].map(({ queue }) => queue.arn),
    deadLetters: [...queues.values()].map(({ dead }) => dead.arn),
  }
  return Object.entries(actions[role]).map(([place, allowed]) => ({
    actions: allowed,
    resources: places[place] ?? [],
  }))
}

/**
 * Lets nobody but an AWS service take the roles of deployed functions. The platform's own policy trusts every principal of the
 * account as well, which only `sst dev` needs: there the laptop takes the function's role.
 */
export function trustOnlyServices(): void {
  if ($dev) return
  $transform(aws.iam.Role, (args) => {
    args.assumeRolePolicy = $resolve([args.assumeRolePolicy]).apply(([policy]) => servicesOnly(policy))
  })
}

interface TrustPolicy {
  readonly Statement: readonly { readonly Principal: Record<string, unknown> }[]
}

function servicesOnly(policy: unknown): string {
  const { Statement, ...rest } = (typeof policy === 'string' ? JSON.parse(policy) : policy) as TrustPolicy
  return JSON.stringify({
    ...rest,
    Statement: Statement.map((statement) => ({
      ...statement,
      Principal: { Service: statement.Principal.Service },
    })),
  })
}

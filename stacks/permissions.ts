import actions from './actions.json'
import type { Queues } from './queues'
import type { Storage } from './storage'

/** A function with permissions on AWS resources. Agent functions have only those of their queue's mapping. */
export type Role = keyof typeof actions

/**
 * Makes links expose names without permissions: SST's own links grant every action of a service, and `actions.json` grants
 * single ones. Must run before any component is created, because a component reads its links then.
 */
export function linkNamesOnly(): void {
  sst.Linkable.wrap(sst.aws.Dynamo, (table) => ({ properties: { name: table.name } }))
  sst.Linkable.wrap(sst.aws.Bucket, (bucket) => ({ properties: { name: bucket.name } }))
}

/** The permissions of a function: the actions that its code calls, on the resources that it uses. */
export function permissionsOf(
  role: Role,
  { table, files }: Storage,
  queues: Queues,
  { repairs, webhooks }: { readonly repairs?: sst.aws.Queue; readonly webhooks?: sst.aws.Queue } = {},
) {
  const resources: Record<string, $util.Input<string>[]> = {
    table: [table.arn],
    index: [$interpolate`${table.arn}/index/gsi1`],
    files: [$interpolate`${files.arn}/*`],
    // With `ListBucket`, S3 answers 404 for a missing object instead of 403.
    bucket: [files.arn],
    queues: [...queues.values()].map(({ queue }) => queue.arn),
    repairs: repairs ? [repairs.arn] : [],
    webhooks: webhooks ? [webhooks.arn] : [],
    deadLetters: [...queues.values()].map(({ dead }) => dead.arn),
  }
  return Object.entries(actions[role]).map(([kind, allowed]) => ({
    actions: allowed,
    resources: resources[kind] ?? [],
  }))
}

/**
 * Lets only AWS services assume the roles of deployed functions. The platform's policy also trusts every principal of the
 * account, which only `sst dev` needs: there the developer's machine assumes the function's role.
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

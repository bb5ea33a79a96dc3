/**
 * What a link grants. SST's own links grant every action of a service on the thing; these grant the actions that our adapters
 * call. Before any component is made, because a component reads its links when it is made.
 */
export function grantOnlyWhatIsUsed(): void {
  sst.Linkable.wrap(sst.aws.Dynamo, (table) => ({
    properties: { name: table.name },
    include: [
      sst.aws.permission({
        actions: [
          'dynamodb:BatchGetItem',
          'dynamodb:BatchWriteItem',
          'dynamodb:DeleteItem',
          'dynamodb:GetItem',
          'dynamodb:PutItem',
          'dynamodb:Query',
          'dynamodb:UpdateItem',
        ],
        resources: [table.arn, $interpolate`${table.arn}/index/*`],
      }),
    ],
  }))
  sst.Linkable.wrap(sst.aws.Bucket, (bucket) => ({
    properties: { name: bucket.name },
    include: [
      sst.aws.permission({
        actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
        resources: [$interpolate`${bucket.arn}/*`],
      }),
      // Also lets S3 answer "there is none" instead of "you may not know".
      sst.aws.permission({ actions: ['s3:ListBucket'], resources: [bucket.arn] }),
    ],
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

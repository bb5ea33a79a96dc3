import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/** Where a permission is not called like the operation. */
const RENAMED: Readonly<Record<string, string>> = {
  SendMessageBatch: 'SendMessage',
  HeadObject: 'GetObject',
  ListObjectsV2: 'ListBucket',
}
/** Made by the stacks in AWS; only local engines and tests call these. */
const LOCAL = ['CreateTable', 'CreateQueue', 'CreateBucket', 'DescribeTable']

const adapters = [
  { service: 'dynamodb', client: 'client-dynamodb', folder: 'store', stack: 'permissions' },
  { service: 'sqs', client: 'client-sqs', folder: 'queue', stack: 'agents' },
  { service: 's3', client: 'client-s3', folder: 'files', stack: 'permissions' },
]

it.each(adapters)(
  'grants of $service what the adapter calls, and nothing else',
  ({ service, client, folder, stack }) => {
    const called = new Set<string>()
    const path = `packages/server/src/${folder}`
    for (const file of readdirSync(path).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
    )) {
      const source = readFileSync(`${path}/${file}`, 'utf8')
      if (!source.includes(`@aws-sdk/${client}`)) continue
      for (const [, operation = ''] of source.matchAll(/\bnew (\w+)Command\(/g))
        if (!LOCAL.includes(operation)) called.add(RENAMED[operation] ?? operation)
    }
    const granted = readFileSync(`stacks/${stack}.ts`, 'utf8').matchAll(
      new RegExp(`'${service}:(\\w+)'`, 'g'),
    )
    expect(Array.from(granted, ([, action]) => action).sort()).toEqual([...called].sort())
  },
)

import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import actions from '../../stacks/actions.json'

/** Where a permission is not called like the operation. */
const RENAMED: Readonly<Record<string, string>> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
  HeadObject: 'GetObject',
  ListObjectsV2: 'ListBucket',
}
/** Made by the stacks in AWS; only local engines and tests call these. */
const LOCAL = ['CreateTable', 'CreateQueue', 'CreateBucket', 'DescribeTable']

const adapters = [
  { service: 'dynamodb', client: 'client-dynamodb', folder: 'store' },
  { service: 'sqs', client: 'client-sqs', folder: 'queue' },
  { service: 's3', client: 'client-s3', folder: 'files' },
]

it.each(adapters)(
  'grants the API of $service what the adapter calls, and nothing else',
  ({ service, client, folder }) => {
    const called = new Set<string>()
    const path = `packages/server/src/${folder}`
    for (const file of readdirSync(path).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
    )) {
      const source = readFileSync(`${path}/${file}`, 'utf8')
      if (!source.includes(`@aws-sdk/${client}`)) continue
      for (const [, operation = ''] of source.matchAll(/\bnew (\w+)Command\(/g))
        if (!LOCAL.includes(operation)) called.add(`${service}:${RENAMED[operation] ?? operation}`)
    }
    const granted = Object.values(actions.api).flat()
    expect([...new Set(granted)].filter((action) => action.startsWith(`${service}:`)).sort()).toEqual(
      [...called].sort(),
    )
  },
)

it('grants the repair nothing that the API has not, and no file', () => {
  const ofApi = new Set(Object.values(actions.api).flat())
  const ofRepair = Object.values(actions.reconcile).flat()
  expect(ofRepair.filter((action) => !ofApi.has(action) || action.startsWith('s3:'))).toEqual([])
})

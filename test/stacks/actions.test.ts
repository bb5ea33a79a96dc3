import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import actions from '../../stacks/actions.json'

/** Operations whose permission has another name. */
const RENAMED: Readonly<Record<string, string>> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
  HeadObject: 'GetObject',
  // Uploads in parts need the permission to put an object (Service Authorization Reference, Amazon S3).
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  ListObjectsV2: 'ListBucket',
}
/** Called for local engines and tests only: in AWS, the stacks create these resources. */
const LOCAL = ['CreateTable', 'CreateQueue', 'CreateBucket', 'DescribeTable']

/** Granted with the mapping of a queue to its function, which alone calls it. */
const OF_MAPPING = ['ChangeMessageVisibility']

const adapters = [
  { service: 'dynamodb', client: 'client-dynamodb', folder: 'store' },
  { service: 'sqs', client: 'client-sqs', folder: 'queue' },
  { service: 's3', client: 'client-s3', folder: 'files' },
]

it.each(adapters)(
  'grants the API exactly the actions of $service that the adapter calls',
  ({ service, client, folder }) => {
    const called = new Set<string>()
    const path = `packages/server/src/${folder}`
    for (const file of readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
    )) {
      const source = readFileSync(`${path}/${file}`, 'utf8')
      if (!source.includes(`@aws-sdk/${client}`)) continue
      for (const [, operation = ''] of source.matchAll(/\bnew (\w+)Command\(/g))
        if (![...LOCAL, ...OF_MAPPING].includes(operation))
          called.add(`${service}:${RENAMED[operation] ?? operation}`)
    }
    const granted = Object.values(actions.api).flat()
    expect([...new Set(granted)].filter((action) => action.startsWith(`${service}:`)).sort()).toEqual(
      [...called].sort(),
    )
  },
)

it('grants both functions of the repair, and the one of webhooks, a subset of the API', () => {
  const ofApi = new Set(Object.values(actions.api).flat())
  const ofRepair = [actions.reconcile, actions.repair, actions.webhooks].flatMap((role) =>
    Object.values(role).flat(),
  )
  expect(ofRepair.filter((action) => !ofApi.has(action))).toEqual([])
})

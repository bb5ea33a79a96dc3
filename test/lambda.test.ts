import { CreateQueueCommand } from '@aws-sdk/client-sqs'
import { setEnvironment } from '@chimney/local/process/set-environment'
import { startSqs } from '@chimney/local/queues/embedded-sqs'
import { startDynamo } from '@chimney/local/tables/embedded-dynamo'
import { sqsClient } from '@chimney/server/queue/sqs-client'
import { dynamoClient } from '@chimney/server/store/dynamo/client'
import { createTable } from '@chimney/server/store/dynamo/table'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'

const KEY = '0123456789abcdef0123456789abcdef01234567'

let stop: () => Promise<void>
beforeAll(async () => {
  const [server, sqs] = [await startDynamo(), await startSqs()]
  const queues = sqsClient(sqs.endpoint)
  const { QueueUrl: url } = await queues.send(new CreateQueueCommand({ QueueName: 'repairs' }))
  queues.destroy()
  const client = dynamoClient(server.endpoint)
  await createTable(client, 'table')
  const giveBack = setEnvironment({
    DYNAMODB_ENDPOINT: server.endpoint,
    CHIMNEY_PUBLIC_URL: 'https://chimney.example.org',
    // Links in the form of `sst shell`; a deployed function reads the same values from its encrypted file.
    SST_RESOURCE_App: JSON.stringify({ name: 'chimney', stage: 'test' }),
    SST_RESOURCE_Table: JSON.stringify({ name: 'table' }),
    SST_RESOURCE_Files: JSON.stringify({ name: 'bucket' }),
    SST_RESOURCE_Agents: JSON.stringify({ urls: {} }),
    SST_RESOURCE_Repairs: JSON.stringify({ url }),
    SQS_ENDPOINT: sqs.endpoint,
    SST_RESOURCE_FirstKey: JSON.stringify({ value: KEY }),
  })
  const quiet = vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
  stop = async () => {
    quiet.mockRestore()
    giveBack()
    client.destroy()
    await Promise.all([server.stop(), sqs.stop()])
  }
})
afterAll(() => stop())

/** The used part of an API Gateway event (payload 2.0). */
const event = (method: string, path: string, body?: unknown) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: '',
  headers: {
    authorization: `Bearer ${KEY}`,
    'content-type': 'application/json',
    host: 'chimney.example.org',
  },
  requestContext: { domainName: 'chimney.example.org', http: { method, path, sourceIp: '192.0.2.1' } },
  isBase64Encoded: false,
  ...(body !== undefined && { body: JSON.stringify(body) }),
})

it('responds to API Gateway, with settings from links and the first key as credential', async () => {
  const { handler } = await import('@chimney/server/lambda/api')
  const call = (...args: Parameters<typeof event>) => handler(event(...args) as never, {} as never)
  expect(await call('GET', '/healthz')).toMatchObject({ statusCode: 200 })
  const made = await call('POST', '/v1/local/digits/sweeps', {
    method: 'random',
    metric: { name: 'loss', goal: 'minimize' },
    parameters: { lr: { min: 0.0, max: 0.1 } },
  })
  expect(made).toMatchObject({ statusCode: 201 })
  expect(JSON.parse((made as { body: string }).body).url).toMatch(/^https:\/\/chimney\.example\.org\//)
})

it('reconciles on schedule', async () => {
  const { handler } = await import('@chimney/server/lambda/reconcile')
  await handler()
  const [line] = vi.mocked(process.stdout.write).mock.lastCall ?? []
  // The sweep of the test before.
  expect(JSON.parse(String(line))).toMatchObject({ did: 'reconcile', sent: 1 })
})

it('repairs the records of the queue, returns those that fail, and counts them in a metric', async () => {
  const { handler } = await import('@chimney/server/lambda/repair')
  const Records = [
    { messageId: 'good', body: '{"v":1,"kind":"runs"}' },
    { messageId: 'bad', body: '{"v":2,"kind":"everything"}' },
  ]
  const errors = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
  expect(await handler({ Records }, { getRemainingTimeInMillis: () => 120_000 })).toEqual({
    batchItemFailures: [{ itemIdentifier: 'bad' }],
  })
  const [[failed] = []] = errors.mock.calls
  errors.mockRestore()
  expect(JSON.parse(String(failed))).toMatchObject({
    level: 'ERROR',
    did: 'repair',
    errors: [{ path: 'message bad' }],
  })
  const [metric] = vi.mocked(process.stdout.write).mock.lastCall ?? []
  expect(JSON.parse(String(metric))).toMatchObject({ Stage: 'test', RepairErrors: 1 })
})

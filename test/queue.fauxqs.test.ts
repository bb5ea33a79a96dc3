import { startSqs } from '@chimney/local/queues/embedded-sqs'
import { sqsClient } from '@chimney/server/queue/sqs-client'
import { afterAll, beforeAll } from 'vitest'
import { queueSuite } from './suites/queue.suite.ts'

let server: Awaited<ReturnType<typeof startSqs>>
beforeAll(async () => {
  server = await startSqs()
})
afterAll(() => server.stop())

queueSuite('fauxqs', async () => sqsClient(server.endpoint))

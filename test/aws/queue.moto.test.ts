import { sqsClient } from '@chimney/server/queue/sqs-client'
import { inject } from 'vitest'
import { queueSuite } from '../suites/queue.suite.ts'

queueSuite('moto', async () => sqsClient(inject('moto')))

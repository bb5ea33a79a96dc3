import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { S3Client } from '@aws-sdk/client-s3'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Problem } from '@chimney/core/schema/problem'
import { describe, expect, it } from 'vitest'
import { failureOf } from './failure-text.ts'
import { s3Files } from './files/s3-files.ts'
import { sqsDeadLetterQueues } from './queue/dead-letter-queues.ts'
import { sqsQueue } from './queue/sqs-queue.ts'
import { dynamoIo } from './store/dynamo/io.ts'

const ARN = 'arn:aws:iam::123456789012:role/chimney'

/** An error as the SDK throws it. */
const awsError = (name: string, message = `${ARN} ${name}`, status = 400, more: object = {}) =>
  Object.assign(new Error(message), {
    name,
    $metadata: { httpStatusCode: status, requestId: 'REQUEST-1', attempts: 3 },
    ...more,
  })

const urls = { digits: 'http://sqs/digits' }
const message = { v: 1, entity: 'e', project: 'p', sweep: 's', number: 1, run: 'r', attempt: 1 } as const

/** Every adapter of AWS, with a client that always fails. */
const ADAPTERS: readonly (readonly [string, (send: () => Promise<never>) => Promise<unknown>])[] = [
  [
    'the table',
    (send) =>
      dynamoIo({ client: { send } as unknown as DynamoDBClient, table: 't' }).get('getHead', {
        pk: 'p',
        sk: 's',
      }),
  ],
  [
    'the queue of agent digits',
    (send) => sqsQueue({ client: { send } as unknown as SQSClient, urls }).send('digits', [message]),
  ],
  [
    'the queue of agent digits',
    (send) =>
      sqsDeadLetterQueues({ client: { send } as unknown as SQSClient, urls, deadLetters: urls }).redrive(
        'digits',
        1,
      ),
  ],
  [
    'the file store',
    (send) => s3Files({ client: { send } as unknown as S3Client, bucket: 'b' }).put('a', new Uint8Array()),
  ],
  ['the file store', (send) => s3Files({ client: { send } as unknown as S3Client, bucket: 'b' }).get('a')],
  ['the file store', (send) => s3Files({ client: { send } as unknown as S3Client, bucket: 'b' }).list('a')],
]

describe.each(ADAPTERS)('%s', (resource, use) => {
  const failing = async (error: Error) =>
    (await use(() => Promise.reject(error)).catch((caught: unknown) => caught)) as Problem

  it.each([
    { error: awsError('AccessDenied', undefined, 403), says: 'does not permit' },
    { error: awsError('AccessDeniedException'), says: 'does not permit' },
    { error: awsError('UnknownError', 'UnknownError', 403), says: 'does not permit' },
    { error: awsError('NoSuchBucket', undefined, 404), says: 'does not exist' },
    { error: awsError('QueueDoesNotExist'), says: 'does not exist' },
    { error: awsError('AWS.SimpleQueueService.NonExistentQueue'), says: 'does not exist' },
    { error: awsError('ResourceNotFoundException'), says: 'does not exist' },
    {
      error: awsError('ValidationException', 'The table does not have the specified index: gsi1'),
      says: 'does not exist',
    },
    { error: awsError('KMS.DisabledException'), says: 'encryption key' },
    { error: awsError('KmsAccessDenied'), says: 'encryption key' },
    { error: awsError('AccessDeniedException', `KMS key ${ARN} is disabled`), says: 'encryption key' },
    { error: awsError('ExpiredTokenException', undefined, 403), says: 'expired or invalid' },
    { error: awsError('UnrecognizedClientException'), says: 'expired or invalid' },
    { error: new Error('Region is missing'), says: 'another region' },
    { error: awsError('PermanentRedirect', undefined, 301), says: 'another region' },
  ])('$error.name ($error.message) is for the operator: $says', async ({ error, says }) => {
    const problem = await failing(error)
    expect(problem).toMatchObject({ kind: 'misconfigured', code: 'service-misconfigured' })
    expect(problem.message).toContain(says)
    expect(problem.message).toContain(`(${error.name})`)
    expect(problem.message).not.toContain(ARN)
    if (!['expired or invalid'].includes(says)) expect(problem.message).toContain(resource)
    expect(failureOf(problem)).toContain(`${error.name}: ${error.message}`)
  })

  it.each([
    awsError('ThrottlingException'),
    awsError('KmsThrottled'),
    awsError('SlowDown', undefined, 503),
    awsError('Unheard', undefined, 502),
    awsError('TimeoutError'),
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }),
  ])('$name ($message) may pass', async (error) => {
    const problem = await failing(error)
    expect(problem).toMatchObject({ kind: 'retryable' })
    expect(problem.retryAfter).toBeGreaterThan(0)
    expect(failureOf(problem)).toContain(`${error.name}: ${error.message}`)
  })

  it('a bug stays what it is', async () => {
    const bug = new TypeError('x is not a function')
    expect(await failing(bug)).toBe(bug)
    const unknown = awsError('SerializationException')
    expect(await failing(unknown)).toBe(unknown)
  })
})

it('a message that SQS refuses in a call that succeeds has the cause of the entry', async () => {
  const refused = { Id: '0', SenderFault: true, Code: 'KmsAccessDenied', Message: `no access to ${ARN}` }
  const client = { send: async () => ({ Failed: [refused] }) } as unknown as SQSClient
  const problem = await sqsQueue({ client, urls })
    .send('digits', [message])
    .catch((error: unknown) => error)
  expect(problem).toMatchObject({ kind: 'misconfigured' })
  expect(failureOf(problem)).toBe(`service-misconfigured: KmsAccessDenied: no access to ${ARN}`)
})

describe('the cause in the log', () => {
  it('is one line with name, message, status and request id', async () => {
    const client = { send: () => Promise.reject(awsError('AccessDenied', 'no\nheaders: x', 403)) }
    const problem = await s3Files({ client: client as unknown as S3Client, bucket: 'b' })
      .get('a')
      .catch((error: unknown) => error)
    expect(failureOf(problem)).toBe(
      'service-misconfigured: AccessDenied: no (status 403, AWS request id REQUEST-1, 3 attempts)',
    )
  })
})

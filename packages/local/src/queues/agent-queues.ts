import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'

/** As in `stacks/queues.ts`: five deliveries, then the dead-letter queue, which keeps a message for 14 days. */
const MAX_RECEIVE_COUNT = 5
const DEAD_LETTER_SECONDS = 14 * 24 * 3600

/** The name or URL of a queue's dead-letter queue. */
export const deadQueue = (queue: string): string => `${queue}-dead`

/** Creates the queue of an agent function and its dead-letter queue, or updates existing ones. Returns the queue's URL. */
export const makeAgentQueue = (
  client: SQSClient,
  { name, visibilitySeconds }: { readonly name: string; readonly visibilitySeconds: number },
): Promise<string> => makeQueues(client, `chimney-${name}`, visibilitySeconds)

/** As {@link makeAgentQueue}, for the repair. No agent function has a name with `_`. */
export const makeRepairQueue = (client: SQSClient, visibilitySeconds: number): Promise<string> =>
  makeQueues(client, 'chimney_repair', visibilitySeconds)

/** As {@link makeRepairQueue}, for deliveries to webhooks. */
export const makeWebhookQueue = (client: SQSClient, visibilitySeconds: number): Promise<string> =>
  makeQueues(client, 'chimney_webhooks', visibilitySeconds)

const makeQueues = async (client: SQSClient, name: string, visibilitySeconds: number): Promise<string> => {
  const dead = await makeQueue(client, deadQueue(name), {
    MessageRetentionPeriod: String(DEAD_LETTER_SECONDS),
  })
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ['QueueArn'] }),
  )
  return makeQueue(client, name, {
    VisibilityTimeout: String(visibilitySeconds),
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: Attributes?.QueueArn,
      maxReceiveCount: MAX_RECEIVE_COUNT,
    }),
  })
}

/** SQS refuses to create a queue that exists with other attributes, so an existing one is updated. */
const makeQueue = async (
  client: SQSClient,
  QueueName: string,
  Attributes: Record<string, string>,
): Promise<string> => {
  const existing = await client.send(new GetQueueUrlCommand({ QueueName })).catch((error: unknown) => {
    if (NO_SUCH_QUEUE.has((error as Error).name)) return undefined
    throw error
  })
  if (existing?.QueueUrl === undefined)
    return (await client.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? ''
  await client.send(new SetQueueAttributesCommand({ QueueUrl: existing.QueueUrl, Attributes }))
  return existing.QueueUrl
}

const NO_SUCH_QUEUE = new Set(['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'])

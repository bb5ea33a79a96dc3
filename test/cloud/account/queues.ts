import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { ACCOUNT, REGION } from '../../stacks/mocks.ts'
import type { Clients } from './clients.ts'
import type { Create } from './created.ts'

/** Pulumi's names of a queue's attributes, and SQS's. */
const ATTRIBUTES = {
  delaySeconds: 'DelaySeconds',
  messageRetentionSeconds: 'MessageRetentionPeriod',
  receiveWaitTimeSeconds: 'ReceiveMessageWaitTimeSeconds',
  redrivePolicy: 'RedrivePolicy',
  sqsManagedSseEnabled: 'SqsManagedSseEnabled',
  visibilityTimeoutSeconds: 'VisibilityTimeout',
} as const

/** `callsAt` is the address of AWS for functions: SQS is called at the address in a queue's URL. */
export const queues = ({ queues: sqs }: Clients, callsAt: string): Readonly<Record<string, Create>> => ({
  'aws:sqs/queue:Queue': async ({ inputs }, created) => {
    const { name, fifoQueue, contentBasedDeduplication, ...attributes } = inputs
    if (fifoQueue || contentBasedDeduplication)
      throw new Error(`${name} is a FIFO queue, which is not created here`)
    const Attributes = Object.fromEntries(
      Object.entries(attributes).map(([attribute, value]) => {
        const known = ATTRIBUTES[attribute as keyof typeof ATTRIBUTES]
        if (!known) throw new Error(`${name} has the attribute ${attribute}, which is not created here`)
        return [known, String(value)]
      }),
    )
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: String(name), Attributes }))
    const made = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))
    const arn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`
    if (made.Attributes?.QueueArn !== arn)
      throw new Error(`${name} is ${made.Attributes?.QueueArn}, not ${arn}`)
    created.decide(
      `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`,
      new URL(new URL(String(QueueUrl)).pathname, callsAt).href,
    )
  },
})

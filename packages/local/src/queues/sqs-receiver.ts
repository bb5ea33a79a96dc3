import { DeleteMessageBatchCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { SqsRecord } from './lambda-types.ts'

/** The queue that an event source polls. */
export interface Receiver {
  /** Returns at most `max` (1 to 10) records; none when the long poll ends without any or `signal` aborts. */
  receive(max: number, signal: AbortSignal): Promise<readonly SqsRecord[]>
  /** Deletes records. Others become visible again after the queue's visibility timeout. */
  delete(records: readonly SqsRecord[]): Promise<void>
}

const LONG_POLL_SECONDS = 20 // the maximum of SQS
const REGION = 'us-east-1'
const ACCOUNT = '000000000000'

/** Receives from an SQS queue. The client's request timeout must be longer than the long poll. */
export const sqsReceiver = (client: SQSClient, url: string): Receiver => {
  const eventSourceARN = `arn:aws:sqs:${REGION}:${ACCOUNT}:${url.slice(url.lastIndexOf('/') + 1)}`
  return {
    async receive(max, signal) {
      const command = new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: max,
        WaitTimeSeconds: LONG_POLL_SECONDS,
        MessageSystemAttributeNames: ['All'],
      })
      const { Messages = [] } = await client.send(command, { abortSignal: signal })
      return Messages.map((message) => ({
        messageId: message.MessageId ?? '',
        receiptHandle: message.ReceiptHandle ?? '',
        body: message.Body ?? '',
        attributes: {
          ApproximateReceiveCount: message.Attributes?.ApproximateReceiveCount ?? '1',
          SentTimestamp: message.Attributes?.SentTimestamp ?? '0',
          SenderId: message.Attributes?.SenderId ?? ACCOUNT,
          ApproximateFirstReceiveTimestamp: message.Attributes?.ApproximateFirstReceiveTimestamp ?? '0',
        },
        messageAttributes: {},
        md5OfBody: message.MD5OfBody ?? '',
        eventSource: 'aws:sqs' as const,
        eventSourceARN,
        awsRegion: REGION,
      }))
    },
    async delete(records) {
      const Entries = records.map(({ receiptHandle }, k) => ({ Id: String(k), ReceiptHandle: receiptHandle }))
      if (Entries.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }))
    },
  }
}

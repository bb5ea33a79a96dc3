import { DeleteMessageBatchCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { SqsRecord } from './lambda-types.ts'

/** Where an event source gets its records from. */
export interface RecordSource {
  /** At most `max` (1 to 10) records, or none when none came within the long poll or `signal` fired. */
  receive(max: number, signal: AbortSignal): Promise<readonly SqsRecord[]>
  /** Takes records off the queue for good. Records that are not deleted come back after the queue's visibility timeout. */
  delete(records: readonly SqsRecord[]): Promise<void>
}

const LONG_POLL_SECONDS = 20 // the most that SQS allows
const REGION = 'us-east-1'
const ACCOUNT = '000000000000'

/** Records of an SQS queue. The client must wait for an answer longer than the long poll takes. */
export const sqsSource = (client: SQSClient, url: string): RecordSource => {
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

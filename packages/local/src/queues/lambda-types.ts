/** The event, context and response of an SQS handler, as AWS documents them; only the fields in use. */
export interface SqsRecord {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  readonly attributes: {
    readonly ApproximateReceiveCount: string
    /** Unix ms. */
    readonly SentTimestamp: string
    readonly SenderId: string
    readonly ApproximateFirstReceiveTimestamp: string
  }
  readonly messageAttributes: Readonly<Record<string, never>>
  readonly md5OfBody: string
  readonly eventSource: 'aws:sqs'
  readonly eventSourceARN: string
  readonly awsRegion: string
}

export interface SqsEvent {
  readonly Records: SqsRecord[]
}

export interface LambdaContext {
  readonly awsRequestId: string
  readonly functionName: string
  readonly functionVersion: string
  readonly invokedFunctionArn: string
  readonly memoryLimitInMB: string
  readonly logGroupName: string
  readonly logStreamName: string
  readonly callbackWaitsForEmptyEventLoop: boolean
  readonly getRemainingTimeInMillis: () => number
}

/** `ReportBatchItemFailures`: the records that return to the queue. */
export interface SqsBatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}

// biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing reports no failures
export type SqsHandler = (event: SqsEvent, context: LambdaContext) => Promise<SqsBatchResponse | void>

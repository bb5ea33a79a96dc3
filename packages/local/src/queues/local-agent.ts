import type { SqsHandler } from './lambda-types.ts'

/** An agent function with the settings of its deployment. */
export interface LocalAgent {
  /** As in a sweep's `dispatch.agent`; the queue is named after it. */
  readonly name: string
  readonly handler: SqsHandler
  /** Maximum number of records per call, 1 to 10. */
  readonly batchSize: number
  /** Maximum number of concurrent calls. */
  readonly concurrency: number
  /** Timeout of a call. */
  readonly timeoutSeconds: number
  /** Visibility timeout of the queue; six times the timeout by default, as deployed. */
  readonly visibilitySeconds?: number | undefined
  readonly memoryMb?: number | undefined
}

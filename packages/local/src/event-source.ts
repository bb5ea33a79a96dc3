import { randomUUID } from 'node:crypto'
import type { LambdaContext, SqsHandler, SqsRecord } from './lambda-types.ts'
import type { RecordSource } from './record-source.ts'

export interface EventSourceOptions {
  /** Name of the function, for its context and for the log. */
  readonly name: string
  readonly source: RecordSource
  readonly handler: SqsHandler
  /** Records in one call, 1 to 10. */
  readonly batchSize: number
  /** Calls at a time. */
  readonly concurrency: number
  /** How long one call may take. */
  readonly timeoutSeconds: number
  readonly memoryMb?: number | undefined
  /** Gets a sentence for whatever went wrong. */
  readonly log?: (line: string) => void
}

export interface EventSource {
  /**
   * Takes no more records, and tells the calls under way that they have `graceMs` left. Resolves when they have ended,
   * or after that time: what they leave undone comes back when the visibility timeout is over. Stopping twice is harmless.
   */
  stop(graceMs: number): Promise<void>
}

const PAUSE_AFTER_ERROR_MS = 1_000

/**
 * Calls a handler with the records of a queue, by the rules of Lambda's event source mapping (batches without a window):
 * - one batch a call, at most `concurrency` calls at a time; nothing is received that could not be handled at once;
 * - records that the handler does not name in `batchItemFailures` are deleted, the named ones come back later;
 * - a throw, a timeout, or an answer that names a record which was not in the batch fails the whole batch.
 *
 * Unlike Lambda, a call that has run out of time goes on in this process: nobody listens to it any more.
 */
export const startEventSource = (options: EventSourceOptions): EventSource => {
  const { name, source, log = () => {} } = options
  const stopping = new AbortController()
  const { signal } = stopping
  let stopAt = Number.POSITIVE_INFINITY // Unix ms at which calls under way must have ended

  /** The records of the batch that are done with. */
  const call = async (records: readonly SqsRecord[]): Promise<readonly SqsRecord[]> => {
    const deadline = Date.now() + options.timeoutSeconds * 1000
    const remaining = () => Math.max(0, Math.min(deadline, stopAt) - Date.now())
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise<never>((_, reject) => {
      const late = () => reject(new Error(`it ran for more than ${options.timeoutSeconds} s`))
      timer = setTimeout(late, options.timeoutSeconds * 1000)
    })
    try {
      const running = options.handler({ Records: [...records] }, contextOf(options, remaining))
      const answer = await Promise.race([running, timeout])
      const failures = answer?.batchItemFailures ?? []
      const failed = new Set(failures.map(({ itemIdentifier }) => itemIdentifier))
      const unknown = [...failed].find((id) => !records.some(({ messageId }) => messageId === id))
      if (unknown !== undefined)
        throw new Error(`it reported a failure of ${unknown}, which was not in the batch`)
      if (failed.size > 0) log(`agent ${name} failed for ${failed.size} of ${records.length} records`)
      return records.filter(({ messageId }) => !failed.has(messageId))
    } catch (error) {
      log(`agent ${name} failed for its batch: ${(error as Error)?.message ?? String(error)}`)
      return []
    } finally {
      clearTimeout(timer)
    }
  }

  const lane = async () => {
    while (!signal.aborted) {
      try {
        const records = await source.receive(options.batchSize, signal)
        if (records.length > 0) await source.delete(await call(records))
      } catch (error) {
        if (signal.aborted) return
        log(`the queue of agent ${name} does not answer: ${(error as Error)?.message ?? String(error)}`)
        await pause(PAUSE_AFTER_ERROR_MS, signal)
      }
    }
  }

  const lanes = Promise.all(Array.from({ length: options.concurrency }, lane))
  return {
    stop: async (graceMs) => {
      stopAt = Math.min(stopAt, Date.now() + graceMs)
      stopping.abort()
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, graceMs)
      })
      await Promise.race([lanes, late])
      clearTimeout(timer)
    },
  }
}

const contextOf = (options: EventSourceOptions, remaining: () => number): LambdaContext => ({
  awsRequestId: randomUUID(),
  functionName: options.name,
  functionVersion: '$LATEST',
  invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${options.name}`,
  memoryLimitInMB: String(options.memoryMb ?? 1024),
  logGroupName: `/aws/lambda/${options.name}`,
  logStreamName: 'local',
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: remaining,
})

/** Waits, but no longer than until the signal fires. */
const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })

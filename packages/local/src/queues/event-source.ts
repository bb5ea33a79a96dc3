import { randomUUID } from 'node:crypto'
import type { LambdaContext, SqsHandler, SqsRecord } from './lambda-types.ts'
import type { Receiver } from './sqs-receiver.ts'

export interface EventSourceOptions {
  /** Name of the function, for its context. */
  readonly name: string
  /** Names it in the log; `agent` and its name by default. */
  readonly label?: string
  readonly receiver: Receiver
  readonly handler: SqsHandler
  /** Maximum number of records per call, 1 to 10. */
  readonly batchSize: number
  /** Maximum number of concurrent calls. */
  readonly concurrency: number
  /** Timeout of a call. */
  readonly timeoutSeconds: number
  readonly memoryMb?: number | undefined
  /** Receives a sentence for each failure. */
  readonly log?: (line: string) => void
}

export interface EventSource {
  /**
   * Receives no more records and reduces the remaining time of running calls to `graceMs`. Resolves when they have ended, or
   * after that time; unfinished records become visible again after the visibility timeout. Idempotent.
   */
  stop(graceMs: number): Promise<void>
}

const PAUSE_AFTER_ERROR_MS = 1_000

/**
 * Calls a handler with the records of a queue, by the rules of Lambda's event source mapping without a batching window:
 * - one batch per call and at most `concurrency` calls; records are received only when a call is free to handle them;
 * - records in `batchItemFailures` return to the queue, all others are deleted;
 * - a throw, a timeout, or a failure of a record that was not in the batch fails the whole batch.
 *
 * Unlike in Lambda, a call that timed out keeps running in this process; its result is ignored.
 */
export const startEventSource = (options: EventSourceOptions): EventSource => {
  const { receiver, log = () => {} } = options
  const name = options.label ?? `agent ${options.name}`
  const stopping = new AbortController()
  const { signal } = stopping
  let stopAt = Number.POSITIVE_INFINITY // Unix ms; the deadline of running calls

  /** Returns the records to delete. */
  const call = async (records: readonly SqsRecord[]): Promise<readonly SqsRecord[]> => {
    const deadline = Date.now() + options.timeoutSeconds * 1000
    const remaining = () => Math.max(0, Math.min(deadline, stopAt) - Date.now())
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise<never>((_, reject) => {
      const onTimeout = () => reject(new Error(`it timed out after ${options.timeoutSeconds} s`))
      timer = setTimeout(onTimeout, options.timeoutSeconds * 1000)
      timer.unref() // a call that outlives `stop` must not keep the process alive
    })
    try {
      const running = options.handler({ Records: [...records] }, contextOf(options, remaining))
      const answer = await Promise.race([running, timeout])
      const failures = answer?.batchItemFailures ?? []
      const failed = new Set(failures.map(({ itemIdentifier }) => itemIdentifier))
      const unknown = [...failed].find((id) => !records.some(({ messageId }) => messageId === id))
      if (unknown !== undefined)
        throw new Error(`it reported a failure of record ${unknown}, which was not in the batch`)
      if (failed.size > 0) log(`${name} failed ${failed.size} of ${records.length} records`)
      return records.filter(({ messageId }) => !failed.has(messageId))
    } catch (error) {
      log(`${name} failed its batch: ${(error as Error)?.message ?? String(error)}`)
      return []
    } finally {
      clearTimeout(timer)
    }
  }

  const poll = async () => {
    while (!signal.aborted) {
      try {
        const records = await receiver.receive(options.batchSize, signal)
        if (records.length > 0) await receiver.delete(await call(records))
      } catch (error) {
        if (signal.aborted) return
        log(`the queue of ${name} cannot be polled: ${(error as Error)?.message ?? String(error)}`)
        await pause(PAUSE_AFTER_ERROR_MS, signal)
      }
    }
  }

  const pollers = Promise.all(Array.from({ length: options.concurrency }, poll))
  return {
    stop: async (graceMs) => {
      stopAt = Math.min(stopAt, Date.now() + graceMs)
      stopping.abort()
      let timer: NodeJS.Timeout | undefined
      const deadline = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, graceMs)
      })
      await Promise.race([pollers, deadline])
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

/** Waits until the time is over or the signal aborts. */
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

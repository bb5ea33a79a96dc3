import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import { Logger } from '@aws-lambda-powertools/logger'
import { runTrial } from './agent.ts'
import { type ChimneyOptions, chimney } from './client.ts'
import { ChimneyError } from './error.ts'
import { openRun, type Run, type RunOptions } from './run.ts'
import { readTrialMessage, type TrialMessage } from './trial-message.ts'

/** The part of an SQS event that the handler reads. */
export interface SqsEvent {
  readonly Records: readonly SqsRecord[]
}
interface SqsRecord {
  readonly messageId: string
  readonly body: string
}
/** The part of a Lambda context that the handler reads. */
export interface FunctionContext {
  readonly getRemainingTimeInMillis: () => number
  readonly functionName?: string
}
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[]
}

export interface AgentFunctionOptions {
  /** The server's address and key; by default CHIMNEY_URL, and the token of the record, else CHIMNEY_API_KEY. */
  readonly client?: ChimneyOptions
  /** Time in ms reserved for the last metrics and for releasing the trial. 10 s by default, at most a tenth of the remaining time. */
  readonly marginMs?: number
  /** How long the training may continue after `run.signal` aborted, ms. Same default. */
  readonly graceMs?: number
  /**
   * The attempt at which a trial that runs out of time fails instead of being released for another attempt. It bounds the cost
   * of a training that never fits. 10 by default, because a training with checkpoints may need several attempts.
   */
  readonly maxAttempts?: number
  /** Receives one line per record. By default they are written as JSON by the logger of Powertools for AWS Lambda. */
  readonly log?: (line: Readonly<Record<string, unknown>>) => void
  readonly run?: RunOptions
}

const DEFAULT_MS = 10_000

/**
 * Creates the SQS handler of an agent function. Set `ReportBatchItemFailures` on its event source; with batch size 1 each trial has
 * the whole timeout. A record names one trial, which is claimed, trained and finished. An error in `train` fails the trial,
 * not the record. A record returns to the queue when the server is unreachable, when too little time remains to start, or
 * when it is malformed; malformed records end in the dead-letter queue.
 *
 * @example
 * ```ts
 * import { agentFunction } from '@chimney/sdk/agent-function'
 *
 * export const handler = agentFunction<{ lr: number }>(async (run) => {
 *   for (let epoch = 1; epoch <= 10 && !run.stopRequested; epoch++)
 *     await run.log({ loss: run.params.lr / epoch }, { step: epoch })
 * })
 * ```
 */
export const agentFunction = <P extends object = Record<string, unknown>>(
  train: (run: Run<P>) => unknown,
  options: AgentFunctionOptions = {},
): ((event: SqsEvent, context: FunctionContext) => Promise<BatchResponse>) => {
  const log = options.log ?? writeLine
  return (event, context) => {
    const handleRecord = async ({ messageId, body }: SqsRecord) => {
      const message = readTrialMessage(body)
      const about = {
        message_id: messageId,
        ...(message ? { run: runPathOf(message), attempt: message.attempt } : {}),
      }
      try {
        if (!message)
          throw new ChimneyError('bad-message', 'the record names no trial; it goes to the dead-letter queue')
        log({ ...about, ...(await handle(message, train, context, options)) })
      } catch (error) {
        log({ ...about, level: 'error', error: error instanceof Error ? error.message : String(error) })
        throw error
      }
    }
    return processPartialResponse(
      { Records: [...event.Records] },
      handleRecord,
      new BatchProcessor(EventType.SQS),
      // In sequence: records of a batch share the memory of the function. Without a throw when all fail: each was logged.
      { processInParallel: false, throwOnFullBatchFailure: false },
    )
  }
}

/** Created with the first line: a program that only imports the SDK needs none. */
let logger: Logger | undefined
const writeLine: NonNullable<AgentFunctionOptions['log']> = ({ level, ...line }) => {
  logger ??= new Logger({ serviceName: 'agent' })
  logger[level === 'error' ? 'error' : 'info']('record', line)
}

/** Resolves when the record can be deleted, whatever the outcome of the trial; throws when it must be delivered again. */
const handle = async <P extends object>(
  message: TrialMessage,
  train: (run: Run<P>) => unknown,
  context: FunctionContext,
  options: AgentFunctionOptions,
): Promise<Readonly<Record<string, unknown>>> => {
  const client = chimney({ ...options.client, key: options.client?.key ?? message.token })
  if (client.key === undefined)
    throw new ChimneyError(
      'no-key',
      'the record has no token, and CHIMNEY_API_KEY is not set; the record is delivered again',
    )
  const remaining = context.getRemainingTimeInMillis()
  const marginMs = options.marginMs ?? Math.min(DEFAULT_MS, remaining / 10)
  const graceMs = options.graceMs ?? Math.min(DEFAULT_MS, remaining / 10)
  const trainMs = remaining - marginMs - graceMs
  if (trainMs <= 0)
    throw new ChimneyError(
      'no-time',
      `only ${Math.round(remaining)} ms are left; the record is delivered again`,
    )
  const path = runPathOf(message)
  let claimed: Awaited<ReturnType<typeof client.claim>>
  try {
    claimed = await client.claim(
      path,
      { attempt: message.attempt, agent: agentName(context) },
      { retryForMs: Math.min(60_000, trainMs / 2) },
    )
  } catch (error) {
    // Claimed by another delivery, ended, or deleted.
    if (error instanceof ChimneyError && (error.status === 409 || error.status === 404))
      return { skipped: error.code }
    throw error
  }
  const run = openRun<P>(
    client,
    {
      path,
      params: claimed.params as P,
      attempt: claimed.attempt,
      sweep: `${message.entity}/${message.project}/${message.sweep}`,
      number: claimed.number,
      replicate: message.replicate,
      leaseMs: claimed.leaseMs,
    },
    options.run,
  )
  const timeUp = new AbortController()
  const returned = new AbortController()
  void client.timing
    .sleep(context.getRemainingTimeInMillis() - marginMs - graceMs, returned.signal, 'lets-exit')
    .then(() => returned.signal.aborted || timeUp.abort(new Error('the function timed out')))
  try {
    const end = await runTrial(run, train, {
      signal: timeUp.signal,
      graceMs,
      sleep: client.timing.sleep,
      now: client.timing.now,
      finishMs: marginMs / 2,
      ...(claimed.attempt >= (options.maxAttempts ?? 10) ? { onTimeout: 'failed' as const } : {}),
    })
    if (end.error) throw end.error
    return { state: end.state, ...(end.reason === undefined ? {} : { reason: end.reason }) }
  } finally {
    returned.abort()
  }
}

const runPathOf = ({ entity, project, run }: TrialMessage) => `${entity}/${project}/${run}`

/** Unique per delivery, so that the server can distinguish a repeated claim from a second delivery. */
const agentName = ({ functionName }: FunctionContext) =>
  `${functionName ?? 'agent'}:${crypto.randomUUID().slice(0, 8)}`

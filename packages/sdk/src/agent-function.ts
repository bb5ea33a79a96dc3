import { runTrial } from './agent.ts'
import { type ChimneyOptions, chimney } from './client.ts'
import { ChimneyError } from './error.ts'
import { openRun, type Run, type RunOptions } from './run.ts'
import { readTrialMessage, type TrialMessage } from './trial-message.ts'

/** The part of an SQS event that the handler reads. */
export interface SqsEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[]
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
  /** Client options. Default: CHIMNEY_URL and CHIMNEY_API_KEY, read at the first record. */
  readonly client?: ChimneyOptions
  /** Reserved before the function timeout for the last metrics and the release of the trial, ms. Default: 10 s, at most 10% of the remaining time. */
  readonly marginMs?: number
  /** How long training may continue after `run.signal` aborted, ms. Same default. */
  readonly graceMs?: number
  /**
   * A trial that times out in this attempt fails instead of being released, so that training that never fits the timeout
   * does not repeat forever. Default: 10, because training with checkpoints may need several attempts.
   */
  readonly maxAttempts?: number
  /** Default: one line of JSON per record. */
  readonly log?: (line: Readonly<Record<string, unknown>>) => void
  readonly run?: RunOptions
}

const DEFAULT_MS = 10_000

/**
 * Creates the SQS handler of an agent function. Set `ReportBatchItemFailures` on its event source; with batch size 1 each
 * trial can use the whole function timeout. Each record names one trial, which is claimed, trained and finished. An error in
 * `train` fails the trial, not the record. A record returns to the queue only when the server is unreachable, when too
 * little time is left, or when it is malformed; malformed records end in the dead-letter queue.
 *
 * @example
 * ```ts
 * import { agentFunction } from '@chimney/sdk'
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
  const log = options.log ?? ((line) => console.log(JSON.stringify(line)))
  return async (event, context) => {
    const batchItemFailures: { itemIdentifier: string }[] = []
    // Sequential: two trials must not share memory, and a lease must not start before its training.
    for (const { messageId, body } of event.Records) {
      const message = readTrialMessage(body)
      const label = {
        message: messageId,
        ...(message ? { run: runPathOf(message), attempt: message.attempt } : {}),
      }
      try {
        if (!message)
          throw new ChimneyError(
            'bad-message',
            'the record names no trial; after its retries it moves to the dead-letter queue',
          )
        log({ ...label, ...(await handle(message, train, context, options)) })
      } catch (error) {
        batchItemFailures.push({ itemIdentifier: messageId })
        log({ ...label, level: 'error', error: error instanceof Error ? error.message : String(error) })
      }
    }
    return { batchItemFailures }
  }
}

/** Resolves when the record is processed, even when its trial failed; throws when the record must be delivered again. */
const handle = async <P extends object>(
  message: TrialMessage,
  train: (run: Run<P>) => unknown,
  context: FunctionContext,
  options: AgentFunctionOptions,
): Promise<Readonly<Record<string, unknown>>> => {
  const client = chimney(options.client)
  const remaining = context.getRemainingTimeInMillis()
  const marginMs = options.marginMs ?? Math.min(DEFAULT_MS, remaining / 10)
  const graceMs = options.graceMs ?? Math.min(DEFAULT_MS, remaining / 10)
  const trainMs = remaining - marginMs - graceMs
  if (trainMs <= 0)
    throw new ChimneyError(
      'no-time',
      `only ${Math.round(remaining)} ms are left, too little to train; the record will be delivered again`,
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
    // Another delivery holds the lease, or the run ended or was deleted: the record is done.
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

/** Unique per delivery: the server distinguishes a retried claim from a second delivery. */
const agentName = ({ functionName }: FunctionContext) =>
  `${functionName ?? 'agent'}:${crypto.randomUUID().slice(0, 8)}`

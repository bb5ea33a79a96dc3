import { runTrial } from './agent.ts'
import { chimney } from './client.ts'
import type { ChimneyOptions } from './connect.ts'
import { ChimneyError } from './error.ts'
import { openRun, type Run, type RunOptions } from './run.ts'
import { readTrialMessage, type TrialMessage } from './trial-message.ts'

/** What of an SQS event the handler reads. */
export interface SqsEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[]
}
/** What of a Lambda context the handler reads. */
export interface FunctionContext {
  readonly getRemainingTimeInMillis: () => number
  readonly functionName?: string
}
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[]
}

export interface AgentFunctionOptions {
  /** How to reach the server; by default CHIMNEY_URL and CHIMNEY_API_KEY, read at the first record. */
  readonly client?: ChimneyOptions
  /** Kept for the last metrics and the hand-back before the function's time is up, ms. 10 s by default, at most a tenth of the time there is. */
  readonly marginMs?: number
  /** How long the training may go on after `run.signal` aborted, ms; as above. */
  readonly graceMs?: number
  /**
   * A trial that ran out of time in its n-th attempt fails instead of being handed back, so that a training which can
   * never fit does not cost money for ever. 10 by default: a training that keeps checkpoints may well need several goes.
   */
  readonly maxAttempts?: number
  /** One line of JSON per record by default. */
  readonly log?: (line: Readonly<Record<string, unknown>>) => void
  readonly run?: RunOptions
}

const DEFAULT_MS = 10_000

/**
 * Makes the SQS handler of an agent function (set `ReportBatchItemFailures` on its event source; batch size 1 gives
 * every trial the whole time). A record names one trial: it is claimed, trained, and finished. A failing training fails its
 * trial, not its record. Records go back to the queue only when the server could not be reached, when the time is too
 * short to begin, or when they make no sense: those end in the dead-letter queue, where a person can look at them.
 *
 * @example
 * export const handler = agentFunction<{ lr: number }>(async (run) => {
 *   for (let epoch = 1; epoch <= 10 && !run.stopRequested; epoch++) {
 *     await run.log({ epoch, loss: run.params.lr / epoch })
 *   }
 * })
 */
export const agentFunction = <P extends object = Record<string, unknown>>(
  train: (run: Run<P>) => unknown,
  options: AgentFunctionOptions = {},
): ((event: SqsEvent, context: FunctionContext) => Promise<BatchResponse>) => {
  const log = options.log ?? ((line) => console.log(JSON.stringify(line)))
  return async (event, context) => {
    const batchItemFailures: { itemIdentifier: string }[] = []
    // One after another: neighbours in a batch must not share memory, nor begin before their time.
    for (const { messageId, body } of event.Records) {
      const message = readTrialMessage(body)
      const told = {
        message: messageId,
        ...(message ? { run: runPathOf(message), attempt: message.attempt } : {}),
      }
      try {
        if (!message)
          throw new ChimneyError('bad-message', 'the record names no trial; it goes to the dead-letter queue')
        log({ ...told, ...(await handle(message, train, context, options)) })
      } catch (error) {
        batchItemFailures.push({ itemIdentifier: messageId })
        log({ ...told, level: 'error', error: error instanceof Error ? error.message : String(error) })
      }
    }
    return { batchItemFailures }
  }
}

/** Resolves when the record is done with, whatever became of the trial; throws when it must be delivered again. */
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
    // Another delivery has it, or it is over, or gone: nothing is left to do for this record.
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
    .then(() => returned.signal.aborted || timeUp.abort(new Error("the function's time is up")))
  try {
    const end = await runTrial(run, train, {
      signal: timeUp.signal,
      graceMs,
      sleep: client.timing.sleep,
      finishMs: marginMs / 2,
      ...(claimed.attempt >= (options.maxAttempts ?? 10) ? { handBack: 'failed' as const } : {}),
    })
    if (end.error) throw end.error
    return { state: end.state, ...(end.reason === undefined ? {} : { reason: end.reason }) }
  } finally {
    returned.abort()
  }
}

const runPathOf = ({ entity, project, run }: TrialMessage) => `${entity}/${project}/${run}`

/** Different for every delivery, so that the server can tell a repeated claim from a second delivery. */
const agentName = ({ functionName }: FunctionContext) =>
  `${functionName ?? 'agent'}:${crypto.randomUUID().slice(0, 8)}`

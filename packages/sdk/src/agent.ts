import { hostname } from 'node:os'
import { ChimneyError } from './error.ts'
import { type Outcome, openRun, type Replicate, type Run, type RunOptions, type RunPort } from './run.ts'
import { untilSignal } from './signals.ts'
import { TrialFailure } from './trial-failure.ts'

/** The client methods that an agent uses. */
export interface AgentPort extends RunPort {
  nextTrial(
    path: string,
    more: { agent?: string | undefined; signal?: AbortSignal; retryForMs?: number },
  ): Promise<AgentAnswer>
}

type AgentAnswer =
  | {
      readonly kind: 'trial'
      readonly trial: {
        readonly number: number
        readonly run_path: string
        readonly params: Readonly<Record<string, unknown>>
        readonly attempt: number
        readonly replicate?: Replicate | undefined
        readonly leaseMs: number | undefined
      }
    }
  | { readonly kind: 'wait'; readonly retryAfterMs: number }
  | { readonly kind: 'finished'; readonly reason: string }

export interface AgentOptions {
  /** Maximum number of trials. Default: no limit. */
  readonly count?: number | undefined
  /** Agent name on the trials. Default: host name and process id. */
  readonly name?: string | undefined
  /** Ends the agent when aborted: the running trial stops and is released. Default: SIGINT and SIGTERM. */
  readonly signal?: AbortSignal | undefined
  /** How long a trial may continue after the agent received the signal, ms. Default: 30 s. */
  readonly graceMs?: number
  /** The agent exits when its first trials all failed, this many. Default: 5, as in W&B. `Infinity` disables the limit. */
  readonly maxInitialFailures?: number
  /** Called at the start of each trial, and with `end` at its end. */
  readonly onTrial?: (run: Run, end?: AgentTrialEnd) => void
  /** Called once per waiting period, while the sweep is paused or full. */
  readonly onWait?: (retryAfterMs: number) => void
  /** How long the request for the next trial is retried, ms. Default: one hour. */
  readonly retryForMs?: number
  readonly run?: RunOptions
}

export interface AgentTrialEnd {
  /** `lost`: the server did not accept the end of the trial. */
  readonly state: NonNullable<Outcome['state']> | 'lost'
  readonly reason?: string
  /** Why a trial that finished has no value of the sweep's metric. */
  readonly missing?: string
  /** Why the end could not be reported. */
  readonly error?: unknown
}

export interface AgentReport {
  /** Number of trials by their end. */
  readonly finished: number
  readonly failed: number
  readonly stopped: number
  readonly released: number
  readonly lost: number
  /** Why the agent ended: no more trials, `count` reached, the signal, or `maxInitialFailures`. */
  readonly why: 'sweep-finished' | 'count' | 'signal' | 'failures'
}

/**
 * The pull loop: next trial, train, finish, until there is none. An error from `train` fails the trial, with the message
 * as the reason, and the loop continues; after a stop request the trial counts as stopped. An object returned by `train`
 * becomes the summary.
 */
export const runAgent = async <P extends object>(
  port: AgentPort,
  path: string,
  train: (run: Run<P>) => unknown,
  options: AgentOptions = {},
): Promise<AgentReport> => {
  const shutdown = options.signal ? { signal: options.signal, release: () => {} } : untilSignal()
  try {
    return await loop(port, path, train, options, shutdown.signal)
  } finally {
    shutdown.release()
  }
}

const loop = async <P extends object>(
  port: AgentPort,
  path: string,
  train: (run: Run<P>) => unknown,
  options: AgentOptions,
  signal: AbortSignal,
): Promise<AgentReport> => {
  const counts = { finished: 0, failed: 0, stopped: 0, released: 0, lost: 0 }
  const agent = options.name ?? `${hostname()}:${process.pid}`.slice(0, 200)
  const maxInitialFailures = options.maxInitialFailures ?? 5
  let isWaiting = false
  for (let done = 0; done < (options.count ?? Number.POSITIVE_INFINITY); ) {
    const next = await requestTrial(port, path, agent, options, signal)
    if (next === undefined) return { ...counts, why: 'signal' }
    if (next.kind === 'finished') return { ...counts, why: 'sweep-finished' }
    if (next.kind === 'wait') {
      if (!isWaiting) options.onWait?.(next.retryAfterMs)
      isWaiting = true
      await port.timing.sleep(next.retryAfterMs, signal)
      continue
    }
    isWaiting = false
    const { trial } = next
    const run = openRun(
      port,
      {
        path: trial.run_path,
        params: trial.params as P,
        attempt: trial.attempt,
        sweep: path,
        number: trial.number,
        replicate: trial.replicate,
        leaseMs: trial.leaseMs,
      },
      options.run,
    )
    options.onTrial?.(run as Run)
    const end = await runTrial(run, train, {
      signal,
      graceMs: options.graceMs ?? 30_000,
      sleep: port.timing.sleep,
      now: port.timing.now,
    })
    options.onTrial?.(run as Run, end)
    if (end.state === 'failed' || end.state === 'finished' || end.state === 'stopped') counts[end.state]++
    else if (end.state === 'released' || end.state === 'lost') counts[end.state]++
    done++
    if (counts.failed >= maxInitialFailures && counts.failed === done) return { ...counts, why: 'failures' }
    if (signal.aborted) return { ...counts, why: 'signal' }
  }
  return { ...counts, why: 'count' }
}

const requestTrial = async (
  port: AgentPort,
  path: string,
  agent: string,
  options: AgentOptions,
  signal: AbortSignal,
): Promise<AgentAnswer | undefined> => {
  if (signal.aborted) return undefined
  try {
    return await port.nextTrial(path, { agent, signal, retryForMs: options.retryForMs ?? 3_600_000 })
  } catch (error) {
    if (error instanceof ChimneyError && error.code === 'aborted') return undefined
    throw error
  }
}

/**
 * Trains one trial and ends it. When `signal` aborts, `run.signal` aborts too, training gets `graceMs`, and the trial is
 * released even if `train` returned in time, because the result may be incomplete.
 */
export const runTrial = async <P extends object>(
  run: Run<P>,
  train: (run: Run<P>) => unknown,
  limits: {
    readonly signal: AbortSignal
    readonly graceMs: number
    readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
    readonly now: () => number
    /** Limit for flush and finish after `signal` aborted, ms. */
    readonly finishMs?: number
    /** State of a trial that `signal` interrupted. Default: `released`. */
    readonly onTimeout?: 'released' | 'failed'
  },
): Promise<AgentTrialEnd> => {
  const over = new AbortController()
  let wasStopped = false // by the server, before `signal` aborted
  const isInterrupted = () => limits.signal.aborted && !wasStopped
  let interruptedAt = limits.now()
  const interrupt = () => {
    interruptedAt = limits.now()
    wasStopped = run.stopRequested
    run.stop(reasonOf(limits.signal))
    void limits.sleep(limits.graceMs, over.signal).then(() => giveUp(undefined))
  }
  let giveUp: (value: undefined) => void = () => {}
  const givenUp = new Promise<undefined>((resolve) => {
    giveUp = resolve
  })
  if (limits.signal.aborted) interrupt()
  else limits.signal.addEventListener('abort', interrupt, { once: true })
  let outcome: Outcome
  try {
    const result = await Promise.race([(async () => train(run))(), givenUp])
    outcome = { state: run.stopRequested ? 'stopped' : 'finished', ...summaryOf(result) }
  } catch (error) {
    outcome = run.stopRequested
      ? { state: 'stopped' }
      : { state: 'failed', reason: messageOf(error), ...exitCodeOf(error) }
  } finally {
    over.abort()
    limits.signal.removeEventListener('abort', interrupt)
  }
  if (isInterrupted())
    outcome = {
      state: limits.onTimeout ?? 'released',
      reason: reasonOf(limits.signal),
      interruptedSecondsAgo: () => (limits.now() - interruptedAt) / 1000,
    }
  else if (outcome.state === 'stopped' && run.stopReason) outcome = { ...outcome, reason: run.stopReason }
  try {
    const { kept, state, reason, missing } = await run.finish(
      outcome,
      limits.signal.aborted ? limits.finishMs : undefined,
    )
    if (!kept) return { state: 'lost', reason: reason ?? `the run had ended before; its state is ${state}` }
    return {
      state: outcome.state ?? 'finished',
      ...(missing === undefined ? {} : { missing }),
      ...(outcome.reason === undefined ? {} : { reason: outcome.reason }),
    }
  } catch (error) {
    return { state: 'lost', reason: messageOf(error), error }
  }
}

const summaryOf = (result: unknown): Pick<Outcome, 'summary'> =>
  typeof result === 'object' && result !== null && !Array.isArray(result)
    ? { summary: result as Record<string, unknown> }
    : {}

const reasonOf = ({ reason }: AbortSignal): string =>
  reason instanceof Error ? reason.message : String(reason)

const exitCodeOf = (error: unknown): Pick<Outcome, 'exitCode'> =>
  error instanceof TrialFailure && error.exitCode !== undefined ? { exitCode: error.exitCode } : {}

const messageOf = (error: unknown): string =>
  error instanceof Error
    ? `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}`
    : String(error)

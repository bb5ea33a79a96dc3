import type { MetricsAnswer } from '@chimney/core/schema/api/metrics'
import type { FinishAnswer, FinishRequest, HeartbeatAnswer } from '@chimney/core/schema/api/runs'
import { Encoded } from './encode.ts'
import { ChimneyError } from './error.ts'
import { untilExit } from './exit-hook.ts'
import { createOutbox } from './outbox.ts'
import type { Timing } from './timing.ts'

/** Limits of the retries of a request. */
export interface RetryOptions {
  readonly retryForMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Also retries while the service is misconfigured. */
  readonly patient?: boolean | undefined
}

export interface EncodedMetrics {
  readonly points: readonly Encoded[]
  readonly attempt?: number
}

/** The client methods that an open run uses. */
export interface RunPort {
  readonly timing: Timing
  postMetrics(path: string, body: EncodedMetrics, more: RetryOptions): Promise<MetricsAnswer>
  heartbeat(
    path: string,
    body: { attempt?: number },
    more: RetryOptions,
  ): Promise<HeartbeatAnswer & { leaseMs: number | undefined }>
  finish(path: string, body: FinishRequest, more: RetryOptions): Promise<FinishAnswer>
}

/** A repetition of a point of a sweep with `replicates`: `index` from 1 to `of`. */
export interface Replicate {
  readonly index: number
  readonly of: number
}

export interface RunStart<P extends object = Record<string, unknown>> {
  /** `entity/project/run` */
  readonly path: string
  readonly params: P
  /** Attempt number of the claim. Sent with each request, so that the server rejects requests of an expired claim. */
  readonly attempt?: number | undefined
  readonly sweep?: string | undefined
  readonly number?: number | undefined
  readonly replicate?: Replicate | undefined
  /** Length of the lease, ms. Heartbeats are sent at a third of it. */
  readonly leaseMs?: number | undefined
}

export interface RunOptions {
  /** Maximum interval between two metrics requests, ms. Default: 10 s. */
  readonly maxIntervalMs?: number
  /** Time without a request before a heartbeat, ms. Default: a third of the lease, at most 30 s. */
  readonly heartbeatMs?: number
  /** How long metrics requests are retried, ms. Default: one hour. */
  readonly retryForMs?: number
  /** Default: `console.warn`. */
  readonly warn?: (message: string) => void
  /** Whether a normal exit of the process ends the run. Default: false, because the agent ends it. */
  readonly finishOnExit?: boolean
}

export interface Outcome {
  /** Default: `stopped` after a stop request, else `finished`. */
  readonly state?: FinishRequest['state']
  readonly exitCode?: number
  readonly reason?: string
  /** With `released`: how many seconds ago the agent was interrupted, see `FinishRequest.interrupted_seconds_ago`. */
  readonly interruptedSecondsAgo?: () => number
  /** Overrides the last logged values in the summary. */
  readonly summary?: Readonly<Record<string, unknown>>
}

/** A run that this process executes. */
export interface Run<P extends object = Record<string, unknown>> {
  readonly path: string
  readonly params: P
  readonly attempt: number | undefined
  readonly sweep: string | undefined
  /** The trial's number in its sweep, from 1. */
  readonly number: number | undefined
  /** Which repetition of its point it is, in a sweep with `replicates`: derive the seed of the training from it. */
  readonly replicate: Replicate | undefined
  /** True when training should end: early stopping, a stop by a user, or a lost lease. */
  readonly stopRequested: boolean
  readonly stopReason: string | undefined
  /** Aborts when {@link stopRequested} becomes true. */
  readonly signal: AbortSignal
  /**
   * Logs metrics. Without `step`, steps count up from 0; `step` must be an integer ≥ 0. Values are copied before the call
   * returns, sent in order and in batches, and retried.
   *
   * Await the call in a loop of pure computation, so that requests can proceed: a call that starts a request waits for
   * the response (1 s at most), which updates `stopRequested`. When 16 MB are queued for an unresponsive server, an awaited
   * call waits too; above 32 MB it rejects with `log-full`. A call that is not awaited reports its failure as a warning.
   */
  log(values: Readonly<Record<string, unknown>>, at?: { readonly step?: number }): Promise<void>
  /** Resolves when the server has accepted all metrics logged so far. */
  flush(): Promise<void>
  /** Requests a stop, like the server: `signal` aborts with this reason. */
  stop(reason: string): void
  /**
   * Flushes metrics, then ends the run. Later calls return the result of the first. The promise rejects after
   * `withinMs`, or when the lease is lost; then the server ends the run when the lease expires.
   */
  finish(outcome?: Outcome, withinMs?: number): Promise<FinishAnswer>
}

const HEARTBEAT_MS = 30_000
const SHORTEST_HEARTBEAT_MS = 250
const LOG_WAIT_MS = 1_000

/** Opens a claimed or created run; see {@link Run}. */
export const openRun = <P extends object>(
  port: RunPort,
  start: RunStart<P>,
  options: RunOptions = {},
): Run<P> => {
  const { timing } = port
  const { path } = start
  const fence = start.attempt === undefined ? {} : { attempt: start.attempt }
  const warn = once(options.warn ?? ((message) => console.warn(`chimney: ${path}: ${message}`)))
  const stopping = new AbortController()
  const closing = new AbortController() // cancels requests and the heartbeat loop
  const retry: RetryOptions = {
    retryForMs: options.retryForMs ?? 3_600_000,
    signal: closing.signal,
    patient: true, // the results of a training exist nowhere else
  }
  let stopReason: string | undefined
  let nextStep = 0
  let lastContact = timing.now()
  let heartbeatMs = heartbeatOf(start.leaseMs, options)
  let finishing: Promise<FinishAnswer> | undefined
  let lost: ChimneyError | undefined

  const stop = (reason: string) => {
    if (stopReason !== undefined) return
    stopReason = reason
    stopping.abort(new DOMException(reason, 'AbortError'))
  }
  const onAnswer = (answer: { stop: boolean; reason?: string | undefined }) => {
    lastContact = timing.now()
    if (answer.stop) stop(answer.reason ?? 'the server requested a stop')
  }
  const lose = (error: ChimneyError) => {
    if (lost) return
    lost = error
    if (error.code !== 'aborted') warn(`the server no longer accepts metrics: ${error.message}`)
    stop(`lost the run: ${error.message}`)
  }
  const outbox = createOutbox({
    send: (points) => port.postMetrics(path, { points, ...fence }, retry),
    onAnswer,
    onLost: lose,
    warn,
    timing,
    maxIntervalMs: options.maxIntervalMs ?? 10_000,
  })

  const beat = async () => {
    while (!closing.signal.aborted && !lost) {
      await timing.sleep(Math.max(0, lastContact + heartbeatMs - timing.now()), closing.signal, 'lets-exit')
      if (closing.signal.aborted || lost) return
      if (timing.now() - lastContact < heartbeatMs) continue
      // A pending metrics request renews the lease too, and concurrent requests could arrive out of order.
      if (outbox.isBusy()) lastContact = timing.now()
      else
        try {
          const answer = await port.heartbeat(path, fence, { retryForMs: 0, signal: closing.signal })
          onAnswer(answer)
          heartbeatMs = heartbeatOf(answer.leaseMs, options, heartbeatMs)
        } catch (error) {
          lastContact = timing.now()
          if (error instanceof ChimneyError && isFinal(error)) lose(error)
        }
    }
  }
  void beat()

  const take = (values: Readonly<Record<string, unknown>>, step: number | undefined): boolean => {
    if (finishing) throw new ChimneyError('run-closed', `run ${path} is finished and accepts no more metrics`)
    if (lost) throw lost
    const index = step ?? nextStep
    if (!Number.isSafeInteger(index) || index < 0)
      throw new ChimneyError('bad-value', `step must be an integer ≥ 0, not ${index}`)
    const started = outbox.push(new Encoded({ step: index, values, at: timing.now() / 1000 }))
    nextStep = Math.max(nextStep, index + 1)
    return started
  }

  const log: Run['log'] = (values, { step } = {}) => {
    let done: Promise<void>
    try {
      const started = take(values, step)
      done = started
        ? Promise.race([outbox.settled(), timing.sleep(LOG_WAIT_MS, closing.signal, 'lets-exit')])
        : outbox.room().then(turn)
    } catch (error) {
      warn(error instanceof Error ? error.message : String(error))
      done = Promise.reject(error)
      done.catch(() => {}) // a call that is not awaited must not end the process
    }
    return done
  }

  const end = async (outcome: Outcome, withinMs: number | undefined): Promise<FinishAnswer> => {
    const state = outcome.state ?? (stopReason === undefined ? 'finished' : 'stopped')
    const over = new AbortController()
    if (withinMs !== undefined)
      void timing.sleep(withinMs, over.signal, 'lets-exit').then(() => over.signal.aborted || closing.abort())
    try {
      await outbox.flush()
      return await port.finish(path, finishBody({ ...outcome, state }, fence), retry)
    } finally {
      over.abort()
      closing.abort()
      forget()
    }
  }

  const run: Run<P> = {
    path,
    params: start.params,
    attempt: start.attempt,
    sweep: start.sweep,
    number: start.number,
    replicate: start.replicate,
    get stopRequested() {
      return stopReason !== undefined
    },
    get stopReason() {
      return stopReason
    },
    signal: stopping.signal,
    log,
    flush: outbox.flush,
    stop,
    finish: (outcome = {}, withinMs) => {
      finishing ??= end(outcome, withinMs)
      return finishing
    },
  }
  const forget = untilExit({
    flush: outbox.flush,
    end: options.finishOnExit
      ? (exitCode) => run.finish({ state: exitCode === 0 ? 'finished' : 'failed', exitCode })
      : undefined,
  })
  return run
}

/** The longest that the server takes. */
const MAX_INTERRUPTED_SECONDS = 86_400

const finishBody = (outcome: Outcome, fence: { attempt?: number }): FinishRequest => ({
  state: outcome.state ?? 'finished',
  ...(outcome.exitCode === undefined ? {} : { exit_code: outcome.exitCode }),
  ...(outcome.reason === undefined ? {} : { reason: outcome.reason.slice(0, 2_000) }),
  ...(outcome.summary === undefined
    ? {}
    : { summary: { ...outcome.summary } as NonNullable<FinishRequest['summary']> }),
  ...(outcome.state === 'released' && outcome.interruptedSecondsAgo
    ? {
        interrupted_seconds_ago: Math.min(
          MAX_INTERRUPTED_SECONDS,
          Math.max(0, outcome.interruptedSecondsAgo()),
        ),
      }
    : {}),
  ...fence,
})

const heartbeatOf = (leaseMs: number | undefined, options: RunOptions, fallback = HEARTBEAT_MS): number => {
  if (options.heartbeatMs !== undefined) return options.heartbeatMs
  if (leaseMs === undefined) return fallback
  return Math.min(HEARTBEAT_MS, Math.max(SHORTEST_HEARTBEAT_MS, leaseMs / 3))
}

/** The run was deleted, ended or claimed by another attempt, or the key was revoked. */
const isFinal = ({ status }: ChimneyError) =>
  status === 401 || status === 403 || status === 404 || status === 409 || status === 410

/** One turn of the event loop, so that responses are processed between two blocks of computation. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Maximum number of distinct warnings per run. */
const MAX_WARNINGS = 100

const once = (warn: (message: string) => void) => {
  const seen = new Set<string>()
  return (message: string) => {
    if (seen.has(message) || seen.size >= MAX_WARNINGS) return
    seen.add(message)
    warn(message)
  }
}

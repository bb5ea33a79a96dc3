import type { MetricsAnswer } from '@chimney/core/schema/api/metrics'
import type { FinishAnswer, FinishRequest, HeartbeatAnswer } from '@chimney/core/schema/api/runs'
import { Encoded } from './encode.ts'
import { ChimneyError } from './error.ts'
import { untilExit } from './exit-hook.ts'
import { createOutbox } from './outbox.ts'
import type { Timing } from './timing.ts'

/** How long to go on trying, and what makes it give up. */
export interface Patience {
  readonly retryForMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface EncodedMetrics {
  readonly points: readonly Encoded[]
  readonly attempt?: number
}

/** The part of the client that an open run needs. */
export interface RunPort {
  readonly timing: Timing
  postMetrics(path: string, body: EncodedMetrics, more: Patience): Promise<MetricsAnswer>
  heartbeat(
    path: string,
    body: { attempt?: number },
    more: Patience,
  ): Promise<HeartbeatAnswer & { leaseMs: number | undefined }>
  finish(path: string, body: FinishRequest, more: Patience): Promise<FinishAnswer>
}

export interface RunStart<P extends object = Record<string, unknown>> {
  /** `entity/project/run` */
  readonly path: string
  readonly params: P
  /** Which claim of the run this is; sent with everything, so that a claim that was given up disturbs nobody. */
  readonly attempt?: number | undefined
  readonly sweep?: string | undefined
  readonly number?: number | undefined
  /** How long the lease lasts without a sign of life, ms; heartbeats come three times as often. */
  readonly leaseMs?: number | undefined
}

export interface RunOptions {
  /** Longest wait between two requests of metrics, ms. 10 s by default. */
  readonly maxIntervalMs?: number
  /** Longest silence before a heartbeat, ms. A third of the lease and at most 30 s by default. */
  readonly heartbeatMs?: number
  /** How long metrics are repeated while the server does not answer, ms. One hour by default. */
  readonly patienceMs?: number
  /** Where warnings go; `console.warn` by default. */
  readonly warn?: (message: string) => void
  /** Whether a process that ends by itself also ends the run. False by default: an agent does that. */
  readonly finishOnExit?: boolean
}

export interface Outcome {
  /** `stopped` when a stop was requested, else `finished`, by default. */
  readonly state?: FinishRequest['state']
  readonly exitCode?: number
  readonly reason?: string
  /** Replaces the latest value of these metrics in the summary. */
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
  /** True once the training should end: stopped early, stopped by a person, or the run is no longer ours. */
  readonly stopRequested: boolean
  readonly stopReason: string | undefined
  /** Aborts together with {@link stopRequested}; hand it to whatever takes a signal. */
  readonly signal: AbortSignal
  /**
   * Reports metrics. `step` counts from 0 by itself; a given step must be a whole number ≥ 0. The values are copied
   * before the call returns, sent in order, in batches, and repeated until the server has them.
   *
   * Await it in a loop of pure computation: that lets requests proceed, and when this call starts a request it waits
   * for the answer (a second at most), so that `stopRequested` is fresh. When 16 MB wait for a server that does
   * not answer, an awaited call waits too; beyond 32 MB the point is refused (`log-full`). Without an await, failures
   * are told by one warning.
   */
  log(values: Readonly<Record<string, unknown>>, at?: { readonly step?: number }): Promise<void>
  /** Resolves when everything logged so far has been accepted. */
  flush(): Promise<void>
  /** Asks the training to end, as if the server had: `signal` aborts with this reason. */
  stop(reason: string): void
  /**
   * Delivers what was logged, then ends the run. Calling it again gives the first call's answer. `withinMs` bounds the
   * whole; when it passes, or the run is no longer ours, the promise rejects and the server decides by the lease.
   */
  finish(outcome?: Outcome, withinMs?: number): Promise<FinishAnswer>
}

const HEARTBEAT_MS = 30_000
const SHORTEST_HEARTBEAT_MS = 250
const LOG_WAIT_MS = 1_000

/** Opens a run that was claimed or created; see {@link Run}. */
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
  const closing = new AbortController() // gives up requests and ends the heartbeat
  const patience: Patience = { retryForMs: options.patienceMs ?? 3_600_000, signal: closing.signal }
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
  const hear = (answer: { stop: boolean; reason?: string | undefined }) => {
    lastContact = timing.now()
    if (answer.stop) stop(answer.reason ?? 'the server asked the run to stop')
  }
  const lose = (error: ChimneyError) => {
    if (lost) return
    lost = error
    if (error.code !== 'aborted') warn(`metrics are no longer accepted: ${error.message}`)
    stop(`the run is no longer ours: ${error.message}`)
  }
  const outbox = createOutbox({
    send: (points) => port.postMetrics(path, { points, ...fence }, patience),
    onAnswer: hear,
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
      // Metrics under way are a sign of life too, and two requests at once could pass each other.
      if (outbox.isBusy()) lastContact = timing.now()
      else
        try {
          const answer = await port.heartbeat(path, fence, { retryForMs: 0, signal: closing.signal })
          hear(answer)
          heartbeatMs = heartbeatOf(answer.leaseMs, options, heartbeatMs)
        } catch (error) {
          lastContact = timing.now()
          if (error instanceof ChimneyError && isFinal(error)) lose(error)
        }
    }
  }
  void beat()

  const take = (values: Readonly<Record<string, unknown>>, step: number | undefined): boolean => {
    if (finishing) throw new ChimneyError('run-closed', `run ${path} is finished and takes no more metrics`)
    if (lost) throw lost
    const index = step ?? nextStep
    if (!Number.isSafeInteger(index) || index < 0)
      throw new ChimneyError('bad-value', `step must be a whole number from 0, not ${index}`)
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
      done.catch(() => {}) // whoever does not await the call has the warning; the process must live
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
      return await port.finish(path, finishBody({ ...outcome, state }, fence), patience)
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

const finishBody = (outcome: Outcome, fence: { attempt?: number }): FinishRequest => ({
  state: outcome.state ?? 'finished',
  ...(outcome.exitCode === undefined ? {} : { exit_code: outcome.exitCode }),
  ...(outcome.reason === undefined ? {} : { reason: outcome.reason.slice(0, 2_000) }),
  ...(outcome.summary === undefined
    ? {}
    : { summary: { ...outcome.summary } as NonNullable<FinishRequest['summary']> }),
  ...fence,
})

const heartbeatOf = (leaseMs: number | undefined, options: RunOptions, fallback = HEARTBEAT_MS): number => {
  if (options.heartbeatMs !== undefined) return options.heartbeatMs
  if (leaseMs === undefined) return fallback
  return Math.min(HEARTBEAT_MS, Math.max(SHORTEST_HEARTBEAT_MS, leaseMs / 3))
}

/** The run was deleted, ended, or given to another attempt, or the key was revoked. */
const isFinal = ({ status }: ChimneyError) =>
  status === 401 || status === 403 || status === 404 || status === 409 || status === 410

/** One turn of the event loop, so that answers can arrive between two stretches of computation. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Different warnings of one run; beyond, they are the same trouble in other words. */
const MOST_WARNINGS = 100

const once = (warn: (message: string) => void) => {
  const told = new Set<string>()
  return (message: string) => {
    if (told.has(message) || told.size >= MOST_WARNINGS) return
    told.add(message)
    warn(message)
  }
}

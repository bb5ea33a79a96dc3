import { hostname } from 'node:os'
import { ChimneyError } from './error.ts'
import { type Outcome, openRun, type Run, type RunOptions, type RunPort } from './run.ts'
import { untilSignal } from './signals.ts'
import { TrialFailure } from './trial-failure.ts'

/** The part of the client that an agent needs. */
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
        readonly leaseMs: number | undefined
      }
    }
  | { readonly kind: 'wait'; readonly retryAfterMs: number }
  | { readonly kind: 'finished'; readonly reason: string }

export interface AgentOptions {
  /** Ends after this many trials. Without a bound when absent. */
  readonly count?: number | undefined
  /** Shown on the trials; the host's name and the process id by default. */
  readonly name?: string | undefined
  /** Aborting it ends the agent: the trial in hand is told to stop and handed back. SIGINT and SIGTERM by default. */
  readonly signal?: AbortSignal | undefined
  /** How long a trial may go on after the agent was told to end, ms. 30 s by default. */
  readonly graceMs?: number
  /** The agent gives up when its first trials, this many, all failed: then the code is broken, not the parameters. 5 by default, W&B's number; `Infinity` never gives up. */
  readonly maxInitialFailures?: number
  /** Told when a trial begins, and when it is over. */
  readonly onTrial?: (run: Run, end?: AgentTrialEnd) => void
  /** Told once per spell of waiting: the sweep is paused or full. */
  readonly onWait?: (retryAfterMs: number) => void
  /** How long a server that does not answer is asked for the next trial, ms. One hour by default. */
  readonly patienceMs?: number
  readonly run?: RunOptions
}

export interface AgentTrialEnd {
  /** `lost`: the server no longer took what we had to say about the trial. */
  readonly state: NonNullable<Outcome['state']> | 'lost'
  readonly reason?: string
  /** Why the end could not be told. */
  readonly error?: unknown
}

export interface AgentReport {
  /** How many trials ended each way; those handed back or lost are not among them. */
  readonly finished: number
  readonly failed: number
  readonly stopped: number
  readonly released: number
  readonly lost: number
  /** Why it ended: no more trials, `count` reached, told to, or only failures. */
  readonly why: 'sweep-finished' | 'count' | 'signal' | 'failures'
}

/**
 * The pull loop: next trial, train, finish, until there is none. What `train` throws fails its trial, with the message
 * as the reason, and the loop goes on; after a stop request it means that the trial was stopped. An object that `train` returns
 * becomes the summary.
 */
export const runAgent = async <P extends object>(
  port: AgentPort,
  path: string,
  train: (run: Run<P>) => unknown,
  options: AgentOptions = {},
): Promise<AgentReport> => {
  const told = options.signal ? { signal: options.signal, release: () => {} } : untilSignal()
  try {
    return await loop(port, path, train, options, told.signal)
  } finally {
    told.release()
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
    const next = await ask(port, path, agent, options, signal)
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
        leaseMs: trial.leaseMs,
      },
      options.run,
    )
    options.onTrial?.(run as Run)
    const end = await runTrial(run, train, {
      signal,
      graceMs: options.graceMs ?? 30_000,
      sleep: port.timing.sleep,
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

const ask = async (
  port: AgentPort,
  path: string,
  agent: string,
  options: AgentOptions,
  signal: AbortSignal,
): Promise<AgentAnswer | undefined> => {
  if (signal.aborted) return undefined
  try {
    return await port.nextTrial(path, { agent, signal, retryForMs: options.patienceMs ?? 3_600_000 })
  } catch (error) {
    if (error instanceof ChimneyError && error.code === 'aborted') return undefined
    throw error
  }
}

/**
 * Trains one trial and ends it. When `signal` aborts, the training is told to stop, gets `graceMs`, and the trial is
 * handed back whatever the training returned by then: whether it was complete cannot be known.
 */
export const runTrial = async <P extends object>(
  run: Run<P>,
  train: (run: Run<P>) => unknown,
  limits: {
    readonly signal: AbortSignal
    readonly graceMs: number
    readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
    /** How long flushing and finishing may take after the training was told to end, ms. */
    readonly finishMs?: number
    /** What becomes of a trial that was told to end: handed back (`released`), or `failed` for having had its chances. */
    readonly handBack?: 'released' | 'failed'
  },
): Promise<AgentTrialEnd> => {
  const over = new AbortController()
  const isTold = () => limits.signal.aborted && !wasStopped
  let wasStopped = false // by the server, before we were told to end
  const tell = () => {
    wasStopped = run.stopRequested
    run.stop(reasonOf(limits.signal))
    void limits.sleep(limits.graceMs, over.signal).then(() => giveUp(undefined))
  }
  let giveUp: (value: undefined) => void = () => {}
  const givenUp = new Promise<undefined>((resolve) => {
    giveUp = resolve
  })
  if (limits.signal.aborted) tell()
  else limits.signal.addEventListener('abort', tell, { once: true })
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
    limits.signal.removeEventListener('abort', tell)
  }
  if (isTold()) outcome = { state: limits.handBack ?? 'released', reason: reasonOf(limits.signal) }
  else if (outcome.state === 'stopped' && run.stopReason) outcome = { ...outcome, reason: run.stopReason }
  try {
    const { kept, state } = await run.finish(outcome, limits.signal.aborted ? limits.finishMs : undefined)
    if (!kept) return { state: 'lost', reason: `the outcome came too late; the run is ${state}` }
    return {
      state: outcome.state ?? 'finished',
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

import type { SweepEvents } from '@chimney/core/schema/api/events'
import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import { addressOf } from '../app/base.ts'
import { readOnly } from '../app/share-link.ts'
import { eventsPath, getEvents, type SweepAt } from './endpoints.ts'
import { readJson } from './read-json.ts'
import { ApiError } from './request.ts'

/** Connection state. `ended`: the sweep has ended, no more updates. */
export type FeedState = 'loading' | 'live' | 'polling' | 'ended' | 'offline' | 'failed'

export interface Feed {
  readonly state: FeedState
  readonly sweep: SweepBody | undefined
  /** Ascending by number. */
  readonly trials: readonly TrialBody[]
  /** All trials have been loaded once. */
  readonly complete: boolean
  readonly error: Error | undefined
}

/** Minimum time between renders. */
const RENDER_INTERVAL_MS = 250
/** Minimum time between renders while trials are loading. */
const LOADING_RENDER_INTERVAL_MS = 1_500
/** The server sends a first event immediately, so a gateway that buffers responses is detected by this timeout. */
const STREAM_TIMEOUT_MS = 6_000
const POLL_MS = 2_000
const HIDDEN_POLL_MS = 20_000
const MAX_RETRY_MS = 30_000

/**
 * Live state of a sweep: loads all trials, then listens to server-sent events, or polls where those are not available.
 * The first subscriber starts it; the last one to unsubscribe stops it.
 */
export class SweepFeed {
  readonly #at: SweepAt
  readonly #trials = new Map<number, TrialBody>()
  readonly #listeners = new Set<() => void>()
  #feed: Feed = { state: 'loading', sweep: undefined, trials: [], complete: false, error: undefined }
  #cursor: string | undefined
  #stop: AbortController | undefined
  #renderTimer: ReturnType<typeof setTimeout> | undefined
  #next: Partial<Feed> = {}
  /** Another page of trials is available. */
  #more = false

  constructor(at: SweepAt) {
    this.#at = at
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) this.restart()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#end()
    }
  }

  readonly snapshot = (): Feed => this.#feed

  /** Reloads immediately, after a change by the user or to reconnect. */
  readonly restart = (): void => {
    this.#end()
    const stop = new AbortController()
    this.#stop = stop
    this.#run(stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) this.#update({ state: 'failed', error: error as Error })
    })
  }

  #end(): void {
    this.#stop?.abort()
    this.#stop = undefined
    clearTimeout(this.#renderTimer)
    this.#renderTimer = undefined
  }

  async #run(signal: AbortSignal): Promise<void> {
    // EventSource sends no headers, and so no share token.
    let streams = typeof EventSource !== 'undefined' && !readOnly
    let failures = 0
    while (!signal.aborted) {
      try {
        const result = await getEvents(this.#at, this.#cursor, signal)
        if (signal.aborted) return
        failures = 0
        this.#apply(result)
        if (result.more) continue
        this.#update({ complete: true, error: undefined })
        if (hasEnded(result.sweep)) return this.#update({ state: 'ended' })
        streams &&= result.streams
        if (streams) streams = await this.#listen(signal)
        if (this.#feed.sweep && hasEnded(this.#feed.sweep)) continue
        if (streams) continue
        this.#update({ state: 'polling' })
        await pause(document.hidden ? HIDDEN_POLL_MS : POLL_MS, signal)
      } catch (error) {
        if (signal.aborted) return
        if (error instanceof ApiError && error.status >= 400 && error.status < 500) throw error
        failures += 1
        this.#update({ state: 'offline', error: error as Error })
        await pause(Math.min(MAX_RETRY_MS, POLL_MS * 2 ** (failures - 1)), signal)
      }
    }
  }

  /** Resolves at the end of the stream, with whether streams work. */
  #listen(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const source = new EventSource(addressOf(eventsPath(this.#at, this.#cursor)))
      const end = (works: boolean) => {
        clearTimeout(timeout)
        source.close()
        signal.removeEventListener('abort', abort)
        resolve(works)
      }
      const abort = () => end(true)
      signal.addEventListener('abort', abort)
      let received = false
      const timeout = setTimeout(() => end(false), STREAM_TIMEOUT_MS)
      source.addEventListener('changes', (event) => {
        received = true
        clearTimeout(timeout)
        this.#apply(readJson(event.data as string) as SweepEvents)
        this.#update({ state: 'live', error: undefined })
      })
      source.addEventListener('end', () => end(true))
      // The server closes each stream after 30 s; the loop reads on from the cursor and opens the next one.
      source.addEventListener('error', () => end(received))
    })
  }

  #apply({ cursor, sweep, trials, more }: SweepEvents): void {
    this.#cursor = cursor
    this.#more = more === true
    for (const trial of trials) {
      const known = this.#trials.get(trial.number)
      if (!known || known.updated_at <= trial.updated_at) this.#trials.set(trial.number, trial)
    }
    this.#update({ sweep, ...(trials.length > 0 && { trials: [] }) })
  }

  #update(change: Partial<Feed>): void {
    this.#next = { ...this.#next, ...change }
    if (change.complete && !this.#feed.complete) {
      clearTimeout(this.#renderTimer)
      this.#renderTimer = undefined
    }
    if (this.#renderTimer !== undefined) return
    const render = () => {
      this.#renderTimer = undefined
      const { trials: fresh, ...rest } = this.#next
      // Of a large sweep, only the header renders at first: rendering some trials would delay loading the others.
      const deferred = fresh !== undefined && this.#feed.sweep === undefined && this.#more
      const trials = deferred ? undefined : fresh
      this.#next = deferred ? { trials: fresh } : {}
      if (deferred) this.#renderTimer = setTimeout(render, LOADING_RENDER_INTERVAL_MS)
      const sorted = trials && [...this.#trials.values()].sort((a, b) => a.number - b.number)
      this.#feed = { ...this.#feed, ...rest, ...(sorted && { trials: sorted }) }
      for (const listener of this.#listeners) listener()
    }
    // The first page renders immediately; the others together, because each render delays loading.
    const wait =
      this.#feed.sweep === undefined
        ? 0
        : this.#feed.complete
          ? RENDER_INTERVAL_MS
          : LOADING_RENDER_INTERVAL_MS
    this.#renderTimer = setTimeout(render, this.#next.complete && !this.#feed.complete ? 0 : wait)
  }
}

const hasEnded = ({ state, trials }: SweepBody): boolean =>
  (state === 'finished' || state === 'cancelled') && trials.open === 0

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisible)
      removeEventListener('online', end)
      signal.removeEventListener('abort', end)
      resolve()
    }
    // Refresh when the tab becomes visible.
    const onVisible = () => document.hidden || end()
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
    document.addEventListener('visibilitychange', onVisible)
    addEventListener('online', end)
  })
}

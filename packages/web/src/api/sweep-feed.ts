import type { SweepBody, SweepEvents, TrialBody } from '@chimney/core/schema/api'
import { readOnly } from '../app/share-link.ts'
import { events, eventsPath, type SweepAt } from './endpoints.ts'
import { ApiError } from './request.ts'

/** How news arrive. `over`: there will be none. */
export type FeedState = 'loading' | 'live' | 'polling' | 'over' | 'offline' | 'failed'

export interface Feed {
  readonly state: FeedState
  readonly sweep: SweepBody | undefined
  /** Ascending by number. */
  readonly trials: readonly TrialBody[]
  /** Everything that there is has been read once. */
  readonly complete: boolean
  readonly error: Error | undefined
}

/** The page is drawn anew at most so often. */
const DRAW_EVERY_MS = 250
/** While trials are still read. */
const LOADING_MS = 1_500
/** A stream tells something at once; where a gateway holds it back, it never will. */
const STREAM_PATIENCE_MS = 6_000
const POLL_MS = 2_000
const HIDDEN_POLL_MS = 20_000
const MAX_RETRY_MS = 30_000

/**
 * Follows a sweep: reads what there is, then listens to server-sent events, and asks again and again where those do not come
 * through. `subscribe` starts it; the last one to leave stops it.
 */
export class SweepFeed {
  readonly #at: SweepAt
  readonly #trials = new Map<number, TrialBody>()
  readonly #listeners = new Set<() => void>()
  #feed: Feed = { state: 'loading', sweep: undefined, trials: [], complete: false, error: undefined }
  #cursor: string | undefined
  #stop: AbortController | undefined
  #drawing: ReturnType<typeof setTimeout> | undefined
  #next: Partial<Feed> = {}
  /** There is another page to read at once. */
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

  /** Looks again at once: after a change by the reader, or when the sweep was over. */
  readonly restart = (): void => {
    this.#end()
    const stop = new AbortController()
    this.#stop = stop
    this.#follow(stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) this.#tell({ state: 'failed', error: error as Error })
    })
  }

  #end(): void {
    this.#stop?.abort()
    this.#stop = undefined
    clearTimeout(this.#drawing)
    this.#drawing = undefined
  }

  async #follow(signal: AbortSignal): Promise<void> {
    // Streams take no headers, so they know no links.
    let streams = typeof EventSource !== 'undefined' && !readOnly
    let failures = 0
    while (!signal.aborted) {
      try {
        const result = await events(this.#at, this.#cursor, signal)
        if (signal.aborted) return
        failures = 0
        this.#take(result)
        if (result.more) continue
        this.#tell({ complete: true, error: undefined })
        if (isOver(result.sweep)) return this.#tell({ state: 'over' })
        if (streams) streams = await this.#listen(signal)
        if (this.#feed.sweep && isOver(this.#feed.sweep)) continue
        if (streams) continue
        this.#tell({ state: 'polling' })
        await pause(document.hidden ? HIDDEN_POLL_MS : POLL_MS, signal)
      } catch (error) {
        if (signal.aborted) return
        if (error instanceof ApiError && error.status >= 400 && error.status < 500) throw error
        failures += 1
        this.#tell({ state: 'offline', error: error as Error })
        await pause(Math.min(MAX_RETRY_MS, POLL_MS * 2 ** (failures - 1)), signal)
      }
    }
  }

  /** Ends when the sweep is over or the stream is; the answer is whether streams work here. */
  #listen(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const source = new EventSource(eventsPath(this.#at, this.#cursor))
      const end = (works: boolean) => {
        clearTimeout(patience)
        source.close()
        signal.removeEventListener('abort', leave)
        resolve(works)
      }
      const leave = () => end(true)
      signal.addEventListener('abort', leave)
      let heard = false
      const patience = setTimeout(() => end(false), STREAM_PATIENCE_MS)
      source.addEventListener('changes', (event) => {
        heard = true
        clearTimeout(patience)
        this.#take(JSON.parse(event.data as string) as SweepEvents)
        this.#tell({ state: 'live', error: undefined })
      })
      source.addEventListener('end', () => end(true))
      // A stream ends every half minute by itself; what follows asks with the cursor, and opens the next one.
      source.addEventListener('error', () => end(heard))
    })
  }

  #take({ cursor, sweep, trials, more }: SweepEvents): void {
    this.#cursor = cursor
    this.#more = more === true
    for (const trial of trials) {
      const known = this.#trials.get(trial.number)
      if (!known || known.updated_at <= trial.updated_at) this.#trials.set(trial.number, trial)
    }
    this.#tell({ sweep, ...(trials.length > 0 && { trials: [] }) })
  }

  #tell(change: Partial<Feed>): void {
    this.#next = { ...this.#next, ...change }
    if (change.complete && !this.#feed.complete) {
      clearTimeout(this.#drawing)
      this.#drawing = undefined
    }
    if (this.#drawing !== undefined) return
    const draw = () => {
      this.#drawing = undefined
      const { trials: fresh, ...rest } = this.#next
      // Of a large sweep what it is comes first. Its trials come all at once: drawing a part of them holds up reading the others.
      const held = fresh !== undefined && this.#feed.sweep === undefined && this.#more
      const trials = held ? undefined : fresh
      this.#next = held ? { trials: fresh } : {}
      if (held) this.#drawing = setTimeout(draw, LOADING_MS)
      const sorted = trials && [...this.#trials.values()].sort((a, b) => a.number - b.number)
      this.#feed = { ...this.#feed, ...rest, ...(sorted && { trials: sorted }) }
      for (const listener of this.#listeners) listener()
    }
    // The first ones at once; the others of a large sweep together, because each drawing takes its time from reading on.
    const wait = this.#feed.sweep === undefined ? 0 : this.#feed.complete ? DRAW_EVERY_MS : LOADING_MS
    this.#drawing = setTimeout(draw, this.#next.complete && !this.#feed.complete ? 0 : wait)
  }
}

const isOver = ({ state, trials }: SweepBody): boolean =>
  (state === 'finished' || state === 'cancelled') && trials.open === 0

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', look)
      removeEventListener('online', end)
      signal.removeEventListener('abort', end)
      resolve()
    }
    // Who comes back to the page wants to see how it is now.
    const look = () => document.hidden || end()
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
    document.addEventListener('visibilitychange', look)
    addEventListener('online', end)
  })
}

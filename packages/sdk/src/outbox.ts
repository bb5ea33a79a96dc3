import type { MetricsAnswer } from '@chimney/core/schema/api/metrics'
import type { Encoded } from './encode.ts'
import { ChimneyError } from './error.ts'
import type { Timing } from './timing.ts'

export interface OutboxOptions {
  /** Delivers points in this order, repeating by itself what failed for a passing reason. */
  readonly send: (points: readonly Encoded[]) => Promise<MetricsAnswer>
  readonly onAnswer: (answer: MetricsAnswer) => void
  /** The stream is over: nothing will be sent any more. Called once. */
  readonly onLost: (error: ChimneyError) => void
  readonly warn: (message: string) => void
  readonly timing: Timing
  /** Longest wait between two requests, ms. */
  readonly maxIntervalMs: number
}

export interface Outbox {
  /** Takes a point, or throws `log-full`. True when a request with it has just been started. */
  readonly push: (point: Encoded) => boolean
  /** Resolves when everything pushed so far was delivered (or refused for what it is); rejects when the stream is lost. */
  readonly flush: () => Promise<void>
  /** Resolves when the request under way, if any, is over. Never rejects. */
  readonly settled: () => Promise<void>
  /** Resolves when there is room again. Never rejects. */
  readonly room: () => Promise<void>
  readonly isBusy: () => boolean
}

/** One request holds at most this many points and about this many characters: far below the server's cap. */
export const BATCH_POINTS = 1_000
export const BATCH_CHARS = 512 * 1024
/** What is kept for a server that does not answer, characters. At half of it, `room` makes loggers wait. */
export const HELD_CHARS = 32 * 1024 * 1024
const FIRST_INTERVAL_MS = 200

/**
 * Sends points in order, one request at a time. The first goes out at once; the wait before the next grows by half
 * each time (0.2 s to `maxIntervalMs`): a short run hears early that it should stop, a long one costs few requests.
 */
export const createOutbox = (options: OutboxOptions): Outbox => {
  const { timing } = options
  const queue: Encoded[] = []
  let held = 0 // characters in the queue
  let hurried = 0 // how many at the head of the queue a flush waits for
  let interval = 0
  let dueAt = Number.NEGATIVE_INFINITY
  let sending: Promise<void> | undefined
  let timer: AbortController | undefined
  let lost: ChimneyError | undefined
  let waiters: (() => void)[] = []

  const isDue = () =>
    hurried > 0 || queue.length >= BATCH_POINTS || held >= BATCH_CHARS || timing.now() >= dueAt

  const pump = () => {
    if (sending || lost || queue.length === 0) return
    if (!isDue()) return wait()
    timer?.abort()
    sending = deliver(nextBatch(queue))
      .catch((error: unknown) => {
        lost =
          error instanceof ChimneyError ? error : new ChimneyError('bug', String(error), { cause: error })
        options.onLost(lost)
      })
      .then(() => {
        sending = undefined
        interval = Math.min(options.maxIntervalMs, Math.max(FIRST_INTERVAL_MS, interval * 1.5))
        dueAt = timing.now() + interval
        const woken = waiters
        waiters = []
        for (const wake of woken) wake()
        pump()
      })
  }

  const wait = () => {
    if (timer && !timer.signal.aborted) return
    const mine = new AbortController()
    timer = mine
    void timing.sleep(Math.max(0, dueAt - timing.now()), mine.signal).then(() => {
      if (mine.signal.aborted) return
      timer = undefined
      pump()
    })
  }

  /** Takes the points off the queue only when they are settled, so that `held` and `flush` count what is under way. */
  const deliver = async (points: readonly Encoded[]): Promise<void> => {
    try {
      options.onAnswer(await options.send(points))
    } catch (error) {
      if (!(error instanceof ChimneyError) || !isAboutContent(error)) throw error
      if (points.length > 1) {
        // One bad point must not cost its neighbours: halve until it stands alone.
        const half = points.length >> 1
        await deliver(points.slice(0, half))
        return deliver(points.slice(half))
      }
      options.warn(`the server refused a point and it is left out: ${error.message}`)
    }
    queue.splice(0, points.length)
    hurried = Math.max(0, hurried - points.length)
    for (const point of points) held -= point.text.length
  }

  /** After the request under way. */
  const settled = () => (sending ? new Promise<void>((resolve) => waiters.push(resolve)) : Promise.resolve())

  return {
    push: (point) => {
      if (lost) throw lost
      if (held + point.text.length > HELD_CHARS)
        throw new ChimneyError(
          'log-full',
          `the server has not answered for long and ${HELD_CHARS >> 20} MB of metrics wait for it; this point was not kept. Await run.log() to wait instead.`,
        )
      queue.push(point)
      held += point.text.length
      const wasBusy = sending !== undefined
      pump()
      return !wasBusy && sending !== undefined
    },
    flush: async () => {
      // Each round settles at least one point, so those who log meanwhile cannot keep a flush for ever.
      let left = queue.length
      while (left > 0 && !lost) {
        const before = queue.length
        hurried = Math.max(hurried, left)
        pump()
        await settled()
        left -= Math.max(0, before - queue.length)
        if (hurried === 0) break
      }
      if (lost) throw lost
    },
    settled,
    room: async () => {
      while (held > HELD_CHARS / 2 && !lost) await settled()
    },
    isBusy: () => sending !== undefined,
  }
}

const nextBatch = (queue: readonly Encoded[]): Encoded[] => {
  const batch: Encoded[] = []
  let chars = 0
  for (const point of queue) {
    chars += point.text.length
    if (batch.length > 0 && (batch.length >= BATCH_POINTS || chars > BATCH_CHARS)) break
    batch.push(point)
  }
  return batch
}

/** The server understood whose points they are, and dislikes what is in them. */
const isAboutContent = (error: ChimneyError) =>
  error.status === 400 || error.status === 413 || error.status === 422

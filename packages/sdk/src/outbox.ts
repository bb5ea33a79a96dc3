import type { MetricsAnswer } from '@chimney/core/schema/api/metrics'
import type { Encoded } from './encode.ts'
import { ChimneyError } from './error.ts'
import type { Timing } from './timing.ts'

export interface OutboxOptions {
  /** Delivers points in order and retries transient failures. */
  readonly send: (points: readonly Encoded[]) => Promise<MetricsAnswer>
  readonly onAnswer: (answer: MetricsAnswer) => void
  /** Called once, when no more points can be sent. */
  readonly onLost: (error: ChimneyError) => void
  readonly warn: (message: string) => void
  readonly timing: Timing
  /** Maximum interval between two requests, ms. */
  readonly maxIntervalMs: number
}

export interface Outbox {
  /** Queues a point, or throws `log-full`. Returns true when this call started a request. */
  readonly push: (point: Encoded) => boolean
  /** Resolves when all points pushed so far were delivered or rejected by the server; rejects after `onLost`. */
  readonly flush: () => Promise<void>
  /** Resolves when the pending request, if any, is done. Never rejects. */
  readonly settled: () => Promise<void>
  /** Resolves when the queue is below half of its limit. Never rejects. */
  readonly room: () => Promise<void>
  readonly isBusy: () => boolean
}

/** Limits of one request, far below those of the server. */
export const BATCH_POINTS = 1_000
export const BATCH_CHARS = 512 * 1024
/** Limit of the queue, characters. From half of it, `room` waits. */
export const QUEUE_CHARS = 32 * 1024 * 1024
const FIRST_INTERVAL_MS = 200

/**
 * Sends points in order, one request at a time. The first request starts at once; the interval to the next grows by half
 * each time (0.2 s to `maxIntervalMs`), so that short runs learn early about a stop and long runs need few requests.
 */
export const createOutbox = (options: OutboxOptions): Outbox => {
  const { timing } = options
  const queue: Encoded[] = []
  let queuedChars = 0
  let flushing = 0 // points at the head of the queue that a flush waits for
  let interval = 0
  let dueAt = Number.NEGATIVE_INFINITY
  let sending: Promise<void> | undefined
  let timer: AbortController | undefined
  let lost: ChimneyError | undefined
  let waiters: (() => void)[] = []

  const isDue = () =>
    flushing > 0 || queue.length >= BATCH_POINTS || queuedChars >= BATCH_CHARS || timing.now() >= dueAt

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
    const current = new AbortController()
    timer = current
    void timing.sleep(Math.max(0, dueAt - timing.now()), current.signal).then(() => {
      if (current.signal.aborted) return
      timer = undefined
      pump()
    })
  }

  /** Removes points from the queue only after the response, so that `queuedChars` and `flush` count pending ones. */
  const deliver = async (points: readonly Encoded[]): Promise<void> => {
    try {
      options.onAnswer(await options.send(points))
    } catch (error) {
      if (!(error instanceof ChimneyError) || !isContentError(error)) throw error
      if (points.length > 1) {
        // Bisects the batch, so that only the invalid point is lost.
        const half = points.length >> 1
        await deliver(points.slice(0, half))
        return deliver(points.slice(half))
      }
      options.warn(`the server rejected a point, which is skipped: ${error.message}`)
    }
    queue.splice(0, points.length)
    flushing = Math.max(0, flushing - points.length)
    for (const point of points) queuedChars -= point.text.length
  }

  const settled = () => (sending ? new Promise<void>((resolve) => waiters.push(resolve)) : Promise.resolve())

  return {
    push: (point) => {
      if (lost) throw lost
      if (queuedChars + point.text.length > QUEUE_CHARS)
        throw new ChimneyError(
          'log-full',
          `${QUEUE_CHARS >> 20} MB of metrics are queued for a server that does not respond; this point was dropped. Await run.log() to wait instead.`,
        )
      queue.push(point)
      queuedChars += point.text.length
      const wasBusy = sending !== undefined
      pump()
      return !wasBusy && sending !== undefined
    },
    flush: async () => {
      // Each round settles at least one point, so concurrent calls of `push` cannot delay the flush forever.
      let left = queue.length
      while (left > 0 && !lost) {
        const before = queue.length
        flushing = Math.max(flushing, left)
        pump()
        await settled()
        left -= Math.max(0, before - queue.length)
        if (flushing === 0) break
      }
      if (lost) throw lost
    },
    settled,
    room: async () => {
      while (queuedChars > QUEUE_CHARS / 2 && !lost) await settled()
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

/** The server rejected the content of the points, not the run or the key. */
const isContentError = (error: ChimneyError) =>
  error.status === 400 || error.status === 413 || error.status === 422

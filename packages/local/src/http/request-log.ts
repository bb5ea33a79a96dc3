import type { LogLine } from '@chimney/server/http/app-env'

const COUNT_MS = 60_000
/** A client repeats a request with this answer. */
const TRY_AGAIN = 503

export interface RequestLog {
  readonly log: (line: LogLine) => void
  /** Writes what was counted. */
  readonly stop: () => void
}

/**
 * Passes lines on, except those of requests that are answered with 503: the first of a cause is passed on, and further ones within a
 * minute are counted.
 */
export const countRetries = (pass: (line: LogLine) => void, warn: (sentence: string) => void): RequestLog => {
  const counts = new Map<string, number>()
  const flush = () => {
    for (const [cause, count] of counts)
      if (count > 1)
        warn(`${count - 1} more requests were answered with ${TRY_AGAIN} within a minute: ${cause}`)
    counts.clear()
  }
  const timer = setInterval(flush, COUNT_MS)
  timer.unref()
  const log = (line: LogLine) => {
    if (line.status !== TRY_AGAIN) return pass(line)
    const cause = line.failure?.split(':', 1)[0] ?? 'no cause'
    const before = counts.get(cause) ?? 0
    counts.set(cause, before + 1)
    if (before === 0) pass(line)
  }
  const stop = () => {
    clearInterval(timer)
    flush()
  }
  return { log, stop }
}

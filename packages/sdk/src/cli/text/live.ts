import { createLogUpdate } from 'log-update'

export interface LiveArea {
  /** Writes `persisted` lines, which stay, above `live` lines, which the next call replaces. */
  readonly show: (persisted: readonly string[], live: readonly string[]) => void
  /** Keeps the live lines; later output follows below them. */
  readonly done: () => void
}

export const createLiveArea = (write: (text: string) => void, columns: () => number): LiveArea => {
  const stream = {
    isTTY: true,
    get columns() {
      return columns()
    },
    get rows() {
      return process.stdout.rows ?? 24
    },
    write,
  }
  const update = createLogUpdate(stream as unknown as NodeJS.WriteStream, { showCursor: true })
  let height = 0
  return {
    show: (persisted, live) => {
      if (persisted.length > 0) update.persist(persisted.join('\n'))
      // log-update 7 loses a line that moved down because another one was inserted above it.
      if (live.length !== height) update.clear()
      height = live.length
      update(live.join('\n'))
    },
    done: update.done,
  }
}

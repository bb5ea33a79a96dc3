export interface Timer {
  /** Starts no further call; resolves when the running one has ended. */
  stop(): Promise<void>
}

/** Calls `run` every `everyMs`. Calls never overlap: while one runs, the next ones are skipped. */
export const startTimer = (
  everyMs: number,
  run: () => Promise<unknown>,
  log: (line: string) => void,
): Timer => {
  let running: Promise<void> | undefined
  const timer = setInterval(() => {
    running ??= run().then(
      () => {
        running = undefined
      },
      (error: unknown) => {
        running = undefined
        log(`reconcile failed and will be retried: ${(error as Error)?.message ?? String(error)}`)
      },
    )
  }, everyMs)
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}

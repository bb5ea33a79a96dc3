export interface Timer {
  /** No further call begins; resolves when the one under way has ended. */
  stop(): Promise<void>
}

/** Calls `run` every `everyMs`. A call that takes longer makes the next ones wait their turn, never overlap. */
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
        log(`reconcile failed, and is tried again: ${(error as Error)?.message ?? String(error)}`)
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

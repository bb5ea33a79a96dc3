/** Signals that follow the first one so quickly are its copies: from the terminal's process group, from npm, from a busy machine. */
const COPY_MS = 1_000
const PARENT_CHECK_MS = 200

/**
 * Calls `stop` at the first SIGINT, SIGTERM or SIGHUP and exits with `exitCode` when it resolves, after `deadlineMs`, or at a second
 * signal that comes at least a second later.
 */
export const stopOnSignal = (
  stop: () => Promise<unknown>,
  { exitCode, deadlineMs }: { readonly exitCode: number; readonly deadlineMs: number },
): void => {
  let stoppedAt: number | undefined
  const onSignal = () => {
    const exit = () => process.exit(exitCode)
    if (stoppedAt !== undefined) {
      if (performance.now() - stoppedAt >= COPY_MS) exit()
      return
    }
    stoppedAt = performance.now()
    setTimeout(exit, deadlineMs)
    stop().then(exit, (error: unknown) => {
      console.error(error)
      process.exit(1)
    })
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  if (process.env.npm_lifecycle_event !== undefined) onParentExit(onSignal)
}

/** npm passes SIGTERM to the shell that it runs a script in, and some shells end without passing it on. */
const onParentExit = (run: () => void): void => {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    run()
  }, PARENT_CHECK_MS)
  timer.unref()
}

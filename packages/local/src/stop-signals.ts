/** How long the process may run after a signal. */
const DEADLINE_MS = 2_000
const PARENT_CHECK_MS = 200

/**
 * Calls `stop` at the first SIGINT, SIGTERM or SIGHUP and exits with `exitCode` when it resolves, or after two seconds.
 * Further signals are ignored: a terminal signals the whole process group and npm forwards its copy, so one Ctrl-C may
 * arrive twice, and late when the machine is busy.
 */
export const stopOnSignal = (stop: () => Promise<unknown>, exitCode: number): void => {
  let stopping = false
  const onSignal = () => {
    if (stopping) return
    stopping = true
    const exit = () => process.exit(exitCode)
    setTimeout(exit, DEADLINE_MS)
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
  setInterval(() => process.ppid !== parent && run(), PARENT_CHECK_MS).unref()
}

/** Work to do before the process exits. */
export interface ExitTask {
  readonly flush: () => Promise<void>
  /** Ends the run on a normal exit. */
  readonly end?: ((exitCode: number) => Promise<unknown>) | undefined
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
/** Limit for the delivery of metrics after a signal, ms. */
const SIGNAL_FLUSH_MS = 5_000

const open = new Set<ExitTask>()

/**
 * Delivers metrics before a normal exit, and before an exit by SIGINT or SIGTERM (a second signal exits at once).
 * `process.exit()` cannot wait: await `run.finish()` before it. Returns a function that removes the task.
 */
export const untilExit = (task: ExitTask): (() => void) => {
  if (open.size === 0) install()
  open.add(task)
  return () => {
    if (open.delete(task) && open.size === 0) uninstall()
  }
}

const install = () => {
  process.on('beforeExit', onIdle)
  // Prepended, because a `once` listener leaves the count below as soon as it ran.
  for (const signal of SIGNALS) process.prependListener(signal, onSignal)
}

const uninstall = () => {
  process.off('beforeExit', onIdle)
  for (const signal of SIGNALS) process.off(signal, onSignal)
}

const onIdle = () => {
  for (const task of open) {
    open.delete(task)
    const exitCode = Number(process.exitCode ?? 0)
    // The failure was already reported as a warning.
    void (task.end ? task.end(exitCode) : task.flush()).catch(() => {})
  }
  uninstall()
}

const onSignal = (signal: NodeJS.Signals) => {
  // With other listeners, the program decides when to exit.
  const isOnlyListener = process.listenerCount(signal) === 1
  const flushed = Promise.allSettled([...open].map(({ flush }) => flush()))
  if (!isOnlyListener) return
  uninstall()
  const timeout = new Promise((resolve) => setTimeout(resolve, SIGNAL_FLUSH_MS))
  void Promise.race([flushed, timeout]).then(() => process.kill(process.pid, signal))
}

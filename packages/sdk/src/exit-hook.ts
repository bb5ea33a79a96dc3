/** What is left to do when the process ends. */
export interface Leaving {
  readonly flush: () => Promise<void>
  /** Ends the run when the process ends by itself. */
  readonly end?: ((exitCode: number) => Promise<unknown>) | undefined
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
/** How long a signal waits for metrics to be delivered, ms. */
const SIGNAL_FLUSH_MS = 5_000

const open = new Set<Leaving>()

/**
 * Sees to it that metrics are delivered before the process ends by itself or by SIGINT or SIGTERM (a second signal ends
 * it at once). `process.exit()` cannot wait: await `run.finish()` before it. The answer takes the entry off again.
 */
export const untilExit = (leaving: Leaving): (() => void) => {
  if (open.size === 0) install()
  open.add(leaving)
  return () => {
    if (open.delete(leaving) && open.size === 0) uninstall()
  }
}

const install = () => {
  process.on('beforeExit', onIdle)
  // First in line: a `once` listener is gone from the count as soon as it was called.
  for (const signal of SIGNALS) process.prependListener(signal, onSignal)
}

const uninstall = () => {
  process.off('beforeExit', onIdle)
  for (const signal of SIGNALS) process.off(signal, onSignal)
}

const onIdle = () => {
  for (const leaving of open) {
    open.delete(leaving)
    const exitCode = Number(process.exitCode ?? 0)
    // Its failure was warned about where it happened, and there is nobody left to tell.
    void (leaving.end ? leaving.end(exitCode) : leaving.flush()).catch(() => {})
  }
  uninstall()
}

const onSignal = (signal: NodeJS.Signals) => {
  // Somebody else listens too and decides when the process ends; the metrics go out meanwhile.
  const isOurs = process.listenerCount(signal) === 1
  const flushed = Promise.allSettled([...open].map(({ flush }) => flush()))
  if (!isOurs) return
  uninstall()
  const late = new Promise((resolve) => setTimeout(resolve, SIGNAL_FLUSH_MS))
  void Promise.race([flushed, late]).then(() => process.kill(process.pid, signal))
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Aborts on the first SIGINT or SIGTERM. A second signal ends the process. */
export const untilSignal = (): {
  readonly signal: AbortSignal
  /** The received signal, if any. */
  readonly received: () => NodeJS.Signals | undefined
  readonly release: () => void
} => {
  const controller = new AbortController()
  let received: NodeJS.Signals | undefined
  const onSignal = (name: NodeJS.Signals) => {
    if (received !== undefined) {
      release()
      process.kill(process.pid, name)
      return
    }
    received = name
    controller.abort(new Error(`the agent received ${name}`))
  }
  const release = () => {
    for (const name of SIGNALS) process.off(name, onSignal)
  }
  for (const name of SIGNALS) process.on(name, onSignal)
  return { signal: controller.signal, received: () => received, release }
}

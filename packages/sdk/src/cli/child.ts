import { spawn } from 'node:child_process'
import { lineSplitter } from './metric-lines.ts'

export interface ChildOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Ends the child: sends `stopWith()`, and SIGKILL after `killAfterMs`. */
  readonly signal: AbortSignal
  readonly stopWith: () => NodeJS.Signals
  readonly killAfterMs: number
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void
}

export interface ChildEnd {
  /** Null after a signal, or when the start failed. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Why the start failed. */
  readonly error?: Error
}

/** Wait for pipes that a grandchild keeps open, ms. */
const DRAIN_MS = 1_000

/**
 * Runs a command to its end. It leads a process group, so that Ctrl-C reaches it only through the agent, and that its
 * workers end with it. It has no standard input. Never rejects.
 */
export const runChild = (command: readonly string[], options: ChildOptions): Promise<ChildEnd> =>
  new Promise((resolve) => {
    const [file = '', ...args] = command
    const isGrouped = process.platform !== 'win32'
    const child = spawn(file, args, {
      env: { ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: isGrouped,
    })
    const send = (name: NodeJS.Signals) => {
      try {
        if (child.pid !== undefined) process.kill(isGrouped ? -child.pid : child.pid, name)
      } catch {
        // The process group has already ended.
      }
    }
    const splitters = (['stdout', 'stderr'] as const).map((name) => {
      const splitter = lineSplitter((line) => options.onLine(line, name))
      child[name].setEncoding('utf8').on('data', splitter.push)
      return splitter
    })
    let killer: NodeJS.Timeout | undefined
    const stop = () => {
      send(options.stopWith())
      killer = setTimeout(() => send('SIGKILL'), options.killAfterMs)
    }
    let isSettled = false
    const settle = (end: ChildEnd) => {
      if (isSettled) return
      isSettled = true
      clearTimeout(killer)
      options.signal.removeEventListener('abort', stop)
      // Kills workers left over after a stop; after a normal end they may be daemons.
      if (options.signal.aborted) send('SIGKILL')
      for (const splitter of splitters) splitter.end()
      resolve(end)
    }
    child.on('error', (error) => settle({ code: null, signal: null, error }))
    child.on('close', (code, signal) => settle({ code, signal }))
    child.on('exit', (code, signal) =>
      setTimeout(() => {
        child.stdout.destroy()
        child.stderr.destroy()
        settle({ code, signal })
      }, DRAIN_MS).unref(),
    )
    if (options.signal.aborted) stop()
    else options.signal.addEventListener('abort', stop, { once: true })
  })

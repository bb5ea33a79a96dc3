import { spawn } from 'node:child_process'
import { lineSplitter } from './metric-lines.ts'

export interface ChildOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborting it ends the child: `stopWith()` first, SIGKILL after `killAfterMs`. */
  readonly signal: AbortSignal
  readonly stopWith: () => NodeJS.Signals
  readonly killAfterMs: number
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void
}

export interface ChildEnd {
  /** Null when a signal ended it, or when it could not be started. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Why it could not be started. */
  readonly error?: Error
}

/** A grandchild that holds the pipes open must not hold the agent, ms. */
const DRAIN_MS = 1_000

/**
 * Runs a command to its end. It leads a process group of its own, so that a terminal's Ctrl-C reaches it once, through
 * us, and so that its workers end with it; it has no standard input. Never rejects.
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
        // The group is gone already.
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
    let isDone = false
    const done = (end: ChildEnd) => {
      if (isDone) return
      isDone = true
      clearTimeout(killer)
      options.signal.removeEventListener('abort', stop)
      // Workers that outlived a stop would hold the machine; those of a normal end may be meant to stay.
      if (options.signal.aborted) send('SIGKILL')
      for (const splitter of splitters) splitter.end()
      resolve(end)
    }
    child.on('error', (error) => done({ code: null, signal: null, error }))
    child.on('close', (code, signal) => done({ code, signal }))
    child.on('exit', (code, signal) =>
      setTimeout(() => {
        child.stdout.destroy()
        child.stderr.destroy()
        done({ code, signal })
      }, DRAIN_MS).unref(),
    )
    if (options.signal.aborted) stop()
    else options.signal.addEventListener('abort', stop, { once: true })
  })

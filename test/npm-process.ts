import { spawn } from 'node:child_process'

/** An npm script and its child processes, in one process group as in a terminal. */
export interface NpmProcess {
  readonly output: () => string
  /** Resolves when the output matches; rejects when the script ends before. */
  waitFor(pattern: RegExp): Promise<void>
  /** Sends SIGTERM to npm alone, as a process manager does, or SIGINT to the group, as Ctrl-C does. */
  signal(kind: 'SIGTERM to npm' | 'Ctrl-C'): void
  /** Resolves with the milliseconds until all processes have ended; after 30 s at the latest. */
  ended(): Promise<number>
  kill(): void
}

const POLL_MS = 20
const GIVE_UP_MS = 30_000

export function runNpm(words: readonly string[], variables: Readonly<Record<string, string>>): NpmProcess {
  const child = spawn('npm', [...words], {
    detached: true,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...variables },
  })
  const group = -(child.pid ?? Number.NaN)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk
    })
  // All children inherit the output, so it closes when the last one has ended.
  let closed = false
  child.once('close', () => {
    closed = true
  })
  const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MS))
  return {
    output: () => output,
    waitFor: async (pattern) => {
      while (!pattern.test(output)) {
        if (closed) throw new Error(`the process ended before ${pattern}: ${output}`)
        await pause()
      }
    },
    signal: (kind) => void (kind === 'Ctrl-C' ? process.kill(group, 'SIGINT') : child.kill('SIGTERM')),
    ended: async () => {
      const startedAt = performance.now()
      const elapsed = () => performance.now() - startedAt
      while (!closed && elapsed() < GIVE_UP_MS) await pause()
      return elapsed()
    },
    kill: () => void (closed || process.kill(group, 'SIGKILL')),
  }
}

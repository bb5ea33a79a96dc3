import { type ChildProcess, spawn } from 'node:child_process'

/** An npm script with all its children, in a process group as a terminal has it. */
export interface NpmProcess {
  readonly output: () => string
  /** Resolves when the output matches; rejects when the script ends before. */
  waitFor(pattern: RegExp): Promise<void>
  /** Sends SIGTERM to npm alone, as a process manager does, or SIGINT to the group, as Ctrl-C does. */
  signal(kind: 'SIGTERM to npm' | 'Ctrl-C'): void
  /** Resolves with the milliseconds until no process of the group is left; after 30 s at the latest. */
  ended(): Promise<number>
  kill(): void
}

const POLL_MS = 20
const GIVE_UP_MS = 30_000

export function runNpm(words: readonly string[], variables: Readonly<Record<string, string>>): NpmProcess {
  const child: ChildProcess = spawn('npm', [...words], {
    detached: true,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...variables },
  })
  const group = -(child.pid ?? Number.NaN)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      output += chunk
    })
  const isRunning = (): boolean => {
    try {
      return process.kill(group, 0)
    } catch {
      return false
    }
  }
  const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MS))
  return {
    output: () => output,
    waitFor: async (pattern) => {
      while (!pattern.test(output)) {
        if (!isRunning()) throw new Error(`the process ended before ${pattern}: ${output}`)
        await pause()
      }
    },
    signal: (kind) => void (kind === 'Ctrl-C' ? process.kill(group, 'SIGINT') : child.kill('SIGTERM')),
    ended: async () => {
      const startedAt = performance.now()
      const elapsed = () => performance.now() - startedAt
      while (isRunning() && elapsed() < GIVE_UP_MS) await pause()
      return elapsed()
    },
    kill: () => void (isRunning() && process.kill(group, 'SIGKILL')),
  }
}

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Answer, HostileRequest } from './request.ts'

const SCRIPT = fileURLToPath(new URL('service-process.ts', import.meta.url))
/** Half of the memory of the deployed function. */
const MEMORY_MB = 512
const START_MS = 120_000
/** A hang is a failure of one request: its process is killed. */
const ANSWER_MS = 30_000

export interface HostileService {
  /** Throws when the process dies or sends no answer in time; the next request starts another one. */
  send(request: HostileRequest): Promise<Answer>
  /** How much slower than a developer's machine the process computes now; 1 for equal or faster. */
  slowness(): Promise<number>
  isRunning(): boolean
  stop(): void
}

/** The service in its own process, so that neither a hang nor a lack of memory ends the tests. */
export function hostileService(): HostileService {
  let child: ChildProcess | undefined

  async function start(): Promise<ChildProcess> {
    const started = fork(SCRIPT, {
      execArgv: ['--import', 'tsx', `--max-old-space-size=${MEMORY_MB}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    await next(started, START_MS, 'the service does not start')
    return started
  }

  function next(process: ChildProcess, withinMs: number, what: string): Promise<unknown> {
    const over = new AbortController()
    const { signal } = over
    const timer = setTimeout(() => over.abort(), withinMs)
    const message = once(process, 'message', { signal }).then(([value]) => value)
    const exit = once(process, 'exit', { signal }).then(([code, killed]) => {
      throw new Error(`${what}: the process ended with ${code ?? killed}`)
    })
    exit.catch(() => undefined)
    message.catch(() => undefined)
    return Promise.race([message, exit])
      .catch((error: Error) => {
        process.kill('SIGKILL')
        if (child === process) child = undefined
        throw error.name === 'AbortError' ? new Error(`${what} within ${withinMs / 1000} s`) : error
      })
      .finally(() => {
        clearTimeout(timer)
        over.abort()
      })
  }

  return {
    async send(request) {
      child ??= await start()
      const { method, path } = request
      child.send(request)
      return (await next(child, ANSWER_MS, `no answer to ${method} ${path}`)) as Answer
    },
    async slowness() {
      child ??= await start()
      child.send('slowness')
      return (await next(child, ANSWER_MS, 'no measurement')) as number
    },
    isRunning: () => child !== undefined,
    stop: () => void child?.kill('SIGKILL'),
  }
}

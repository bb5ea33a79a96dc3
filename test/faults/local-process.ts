/** The local cloud in a child process that can be killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'

export const KEY = 'c'.repeat(40)

/** A free port. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export interface LocalProcess {
  readonly url: string
  /** Starts the process; resolves once `/healthz` returns 200. */
  start(): Promise<void>
  /** Sends SIGKILL and waits for the exit. */
  kill(): Promise<void>
}

export function localProcess(options: { port: number; dataDir: string; leaseSeconds: number }): LocalProcess {
  const url = `http://127.0.0.1:${options.port}`
  let child: ChildProcess | undefined
  return {
    url,
    async start() {
      const started = spawn(process.execPath, ['--import', 'tsx', 'packages/local/src/main.ts'], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: {
          ...process.env,
          PORT: String(options.port),
          CHIMNEY_DATA: options.dataDir,
          CHIMNEY_API_KEY: KEY,
          CHIMNEY_LEASE_SECONDS: String(options.leaseSeconds),
        },
      })
      child = started
      let errors = ''
      started.stderr?.on('data', (text) => {
        errors += text
      })
      for (;;) {
        if (started.exitCode !== null || started.signalCode !== null) throw new Error(`the local cloud exited: ${errors}`)
        if (
          await fetch(`${url}/healthz`).then(
            (answer) => answer.ok,
            () => false,
          )
        )
          return
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    async kill() {
      if (!child || child.exitCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

/** Repeats a request until it is answered, as an agent does while the service restarts. */
export async function postUntilAnswered(
  url: string,
  path: string,
  body: unknown,
  idempotencyKey?: string,
  // biome-ignore lint/suspicious/noExplicitAny: tests read what the wire says, and their assertions are the types
): Promise<{ status: number; body: any }> {
  for (;;) {
    try {
      const answer = await fetch(url + path, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${KEY}`,
          'Content-Type': 'application/json',
          ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
        },
        body: JSON.stringify(body),
      })
      const text = await answer.text()
      if (answer.status < 500)
        return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
    } catch {
      // Refused or cut off: the request may have been executed.
    }
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

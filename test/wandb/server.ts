/** `npm start` on a free port with its own folder; can be killed and restarted. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export const KEY = 'c0ffee'.repeat(6).padEnd(40, '0')

export interface Server {
  readonly url: string
  /** SIGKILL, as a machine that loses its power. */
  kill(): Promise<void>
  start(): Promise<void>
  /** An answer of the REST API that must be a success. */
  // biome-ignore lint/suspicious/noExplicitAny: flows look into answers of every shape
  get(path: string): Promise<any>
  // biome-ignore lint/suspicious/noExplicitAny: flows look into answers of every shape
  send(method: string, path: string, body?: object): Promise<any>
}

/** Longer than the heartbeat interval of 30 s; short, so that the trial of a killed agent is soon requeued. */
const LEASE_SECONDS = 45

export async function startServer(folder: string, env: Record<string, string> = {}): Promise<Server> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  const server: Server = {
    url,
    async start() {
      child = spawn(process.execPath, ['--import', 'tsx', 'packages/local/src/main.ts'], {
        cwd: ROOT,
        stdio: ['ignore', 'ignore', 'inherit'],
        env: {
          ...process.env,
          PORT: String(port),
          CHIMNEY_DATA: folder,
          CHIMNEY_API_KEY: KEY,
          CHIMNEY_LEASE_SECONDS: String(LEASE_SECONDS),
          ...env,
        },
      })
      for (let i = 0; i < 1_200; i++) {
        if ((await fetch(`${url}/healthz`).catch(() => undefined))?.ok) return
        if (child.exitCode !== null) break
        await setTimeout(100)
      }
      throw new Error('npm start did not become ready')
    },
    async kill() {
      const gone = child
      if (!gone || gone.exitCode !== null) return
      await new Promise((resolve) => {
        gone.once('exit', resolve)
        gone.kill('SIGKILL')
      })
    },
    get: (path) => server.send('GET', path),
    async send(method, path, body) {
      const answer = await fetch(url + path, {
        method,
        headers: { Authorization: `Bearer ${KEY}`, ...(body && { 'Content-Type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
      return text === '' ? undefined : JSON.parse(text)
    },
  }
  await server.start()
  return server
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

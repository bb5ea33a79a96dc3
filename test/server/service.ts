import { type ChildProcess, spawn } from 'node:child_process'

/** A running `npm start`. */
export interface Service {
  readonly child: ChildProcess
  readonly url: string
  readonly key: string
  /** All that it has printed. */
  readonly output: () => string
  /** The status and the body of a request, parsed if it is JSON. */
  call(path: string, options?: CallOptions): Promise<Answer>
  /** Ends it with a signal; resolves with the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>
}
export interface CallOptions {
  /** Sent as JSON by POST. */
  readonly body?: unknown
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}
export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests read what the schema of the route says
  readonly body: any
}

const ENTRY = ['--import', 'tsx', 'packages/local/src/main.ts']
const running = new Set<ChildProcess>()

export interface StartOptions {
  readonly data: string
  readonly variables?: Readonly<Record<string, string>>
  /** Words before the command, such as those of a shell that mounts a disk first. */
  readonly before?: readonly string[]
}

/** Starts the service in its own process; rejects with its output when it ends before it is ready. */
export async function startService(options: StartOptions): Promise<Service> {
  const { child, output, exit } = spawnService(options)
  const found = await new Promise<readonly [string, string]>((resolve, reject) => {
    const look = () => {
      const url = /export WANDB_BASE_URL=(\S+)/.exec(output())?.[1]
      const key = /export WANDB_API_KEY=(\S+)/.exec(output())?.[1]
      if (url && key) resolve([url, key])
    }
    child.stdout?.on('data', look)
    exit.then((code) => reject(new Error(`it ended with ${code}: ${output()}`)))
  })
  const [url, key] = found
  return {
    child,
    url,
    key,
    output,
    call: (path, { body, method, headers, signal } = {}) =>
      request(`${url}${path}`, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
      }),
    end: (signal = 'SIGTERM') => {
      child.kill(signal)
      return exit
    },
  }
}

/** The exit code and the output of a start that is refused. */
export async function refusedStart(options: StartOptions): Promise<{ code: number | null; output: string }> {
  const { output, exit } = spawnService(options)
  const code = await exit
  return { code, output: output() }
}

function spawnService({ data, variables = {}, before = [] }: StartOptions) {
  const [command = '', ...words] = [...before, process.execPath, ...ENTRY]
  const child = spawn(command, words, {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      CHIMNEY_DATA: data,
      CHIMNEY_DASHBOARD: 'off',
      ...variables,
    },
  })
  running.add(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk
    })
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  void exit.then(() => running.delete(child))
  return { child, output: () => text, exit }
}

async function request(url: string, init: RequestInit): Promise<Answer> {
  const answer = await fetch(url, init)
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.includes('json') ?? false
  return { status: answer.status, headers: answer.headers, body: isJson && text ? JSON.parse(text) : text }
}

/** Ends what tests have left running. */
export function killServices(): void {
  for (const child of running) child.kill('SIGKILL')
}

/** Repeats until the result is neither undefined nor false; fails after `seconds`. */
export async function until<T>(
  what: string,
  check: () => Promise<T | undefined | false>,
  seconds = 30,
): Promise<T> {
  const end = performance.now() + seconds * 1_000
  for (;;) {
    const found = await check()
    if (found !== undefined && found !== false) return found
    if (performance.now() > end) throw new Error(`${what}: not within ${seconds} s`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

export const RANDOM_SWEEP = {
  method: 'random',
  metric: { name: 'loss', goal: 'minimize' },
  parameters: { x: { min: 0.0, max: 1.5 } },
}

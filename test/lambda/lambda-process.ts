/** A function as Lambda runs it: a process that polls the runtime API for invocations, and is killed at a timeout. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

export interface FunctionOptions {
  readonly node: string
  /** The built file. */
  readonly bundle: string
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** The program that calls the handler; our own unless given. */
  readonly program?: string | undefined
}
/** The result of an invocation; `error` as the runtime reported it, or a timeout. */
export type Outcome =
  | { readonly value: unknown }
  | { readonly error: { readonly errorType: string; readonly errorMessage: string } }

export interface LambdaProcess {
  invoke(event: unknown): Promise<Outcome>
  /** How long the last start took to load the handler; undefined before the first, or when the program does not report it. */
  importMs(): number | undefined
  /** Standard output and error. */
  log(): string
  stop(): Promise<void>
}

interface Invocation {
  readonly id: string
  readonly event: unknown
  readonly settle: (outcome: Outcome) => void
}

export async function lambdaProcess(options: FunctionOptions): Promise<LambdaProcess> {
  const waiting: Invocation[] = []
  let idle: ServerResponse | undefined
  let current: (Invocation & { readonly timer: NodeJS.Timeout }) | undefined
  let child: ChildProcess | undefined
  let importMs: number | undefined
  let log = ''

  const server = createServer((request, response) => void route(request, response))
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.replace('/2018-06-01/runtime/', '') ?? ''
    if (path === 'invocation/next') {
      idle = response
      return work()
    }
    let text = ''
    for await (const chunk of request) text += chunk
    response.writeHead(202).end('{}')
    const body = JSON.parse(text)
    if (path === 'init/error') return finish({ error: body })
    // Responses of invocations that timed out are ignored.
    if (path === `invocation/${current?.id}/response`) finish({ value: body })
    else if (path === `invocation/${current?.id}/error`) finish({ error: body })
  }

  function finish(outcome: Outcome): void {
    const done = current ?? waiting.shift()
    if (current) clearTimeout(current.timer)
    current = undefined
    done?.settle(outcome)
  }

  function work(): void {
    if (!idle || current || waiting.length === 0) return
    const next = waiting.shift()!
    const response = idle
    idle = undefined
    const timer = setTimeout(() => {
      child?.kill('SIGKILL')
      child = undefined
      finish({
        error: {
          errorType: 'Sandbox.Timedout',
          errorMessage: `Task timed out after ${options.timeoutMs} ms`,
        },
      })
    }, options.timeoutMs)
    current = { ...next, timer }
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': next.id,
      'Lambda-Runtime-Deadline-Ms': String(Date.now() + options.timeoutMs),
      'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:us-east-1:123456789012:function:test',
      'Lambda-Runtime-Trace-Id': 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1',
    })
    response.end(JSON.stringify(next.event))
  }

  function start(): void {
    const bundle = resolve(options.bundle)
    const program = options.program ?? resolve('test/lambda/bootstrap.mjs')
    const started = spawn(options.node, [program], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Inherits nothing from the environment of this process.
      env: {
        AWS_LAMBDA_RUNTIME_API: host,
        AWS_LAMBDA_FUNCTION_NAME: 'test',
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
        AWS_LAMBDA_LOG_GROUP_NAME: 'test',
        AWS_LAMBDA_LOG_STREAM_NAME: 'test',
        LAMBDA_TASK_ROOT: dirname(bundle),
        // The file without its extension, and the export.
        _HANDLER: `${basename(bundle, '.mjs')}.handler`,
        CHIMNEY_TEST_BUNDLE: pathToFileURL(bundle).href,
        ...options.environment,
      },
    })
    child = started
    for (const stream of [started.stdout, started.stderr])
      stream?.on('data', (text) => {
        log += text
      })
    started.on('message', (message: { importMs: number }) => {
      importMs = message.importMs
    })
    started.on('exit', (code) => {
      if (child !== started) return
      child = undefined
      finish({ error: { errorType: 'Runtime.ExitError', errorMessage: `the process ended with ${code}` } })
    })
  }

  return {
    invoke: (event) =>
      new Promise((settle) => {
        waiting.push({ id: randomUUID(), event, settle })
        if (!child) start()
        work()
      }),
    importMs: () => importMs,
    log: () => log,
    stop: async () => {
      child?.kill('SIGKILL')
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

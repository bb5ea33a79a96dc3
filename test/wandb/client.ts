/** Programs of the real client, each in its own virtual environment and folder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { binOf } from './environments.ts'

const SCRIPTS = fileURLToPath(new URL('./scripts/', import.meta.url))

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly output: string
}

export interface Client {
  readonly version: string
  readonly key: string
  /** Where scripts lie and files are written; a fresh one for each flow. */
  readonly folder: string
  /** Runs a program of the environment (`python`, `wandb`) to its end, see {@link endsWithin}. */
  run(program: string, args: readonly string[], seconds: number, env?: Record<string, string>): Promise<Ended>
  /** Starts a process in its own process group. */
  start(program: string, args: readonly string[], env?: Record<string, string>): Started
}
export interface Started {
  readonly pid: number
  readonly ended: Promise<Ended>
  /** Everything that was printed so far. */
  readonly output: () => string
  /** SIGKILL to the program and everything that it started. */
  readonly kill: () => void
}

/** Timeouts are for an idle machine; this factor allows for a busy one. They only end programs that hang. */
export const TIMEOUT_FACTOR = 4

/** How a program has ended. Throws, and kills it, when it goes on for that long, or ends by a signal. */
export async function endsWithin(started: Started, seconds: number, what = 'a program'): Promise<Ended> {
  const limit = seconds * TIMEOUT_FACTOR
  const timer = setTimeout(started.kill, limit * 1000)
  const ended = await started.ended
  clearTimeout(timer)
  if (ended.code === null)
    throw new Error(`${what} was killed, at the latest after ${limit} s:\n${ended.output.slice(-3000)}`)
  return ended
}

/** `url` is where the client believes the service to be; `more` are further variables of its environment. */
export const clientOf = (
  url: string,
  key: string,
  version: string,
  folder: string,
  more: Readonly<Record<string, string>> = {},
): Client => clientIn(`wandb-${version}`, SCRIPTS, { url, key, version, folder, more })

interface ClientOptions {
  readonly url: string
  readonly key: string
  readonly version: string
  readonly folder: string
  readonly more: Readonly<Record<string, string>>
}

/** A client of the named environment, with a copy of `scripts` in its folder. */
export function clientIn(
  environment: string,
  scripts: string,
  { url, key, version, folder, more }: ClientOptions,
): Client {
  const bin = binOf(environment)
  cpSync(scripts, folder, { recursive: true })
  mkdirSync(join(folder, 'home'), { recursive: true })
  const base = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: join(folder, 'home'),
    LANG: 'C.UTF-8',
    PYTHONUNBUFFERED: '1',
    WANDB_BASE_URL: url,
    WANDB_API_KEY: key,
    WANDB_DIR: folder,
    // Nothing but the server under test is spoken to.
    WANDB_ERROR_REPORTING: 'false',
    ...more,
  }
  const start: Client['start'] = (program, args, env = {}) =>
    startIn(folder, join(bin, program), args, { ...base, ...env })
  return {
    version,
    key,
    folder,
    start,
    async run(program, args, seconds, env) {
      const started = start(program, args, env)
      return endsWithin(started, seconds, `${program} ${args.join(' ')}`)
    },
  }
}

function startIn(cwd: string, program: string, args: readonly string[], env: NodeJS.ProcessEnv): Started {
  const child: ChildProcess = spawn('nice', [program, ...args], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const take = (bytes: Buffer) => {
    output += bytes.toString()
  }
  child.stdout?.on('data', take)
  child.stderr?.on('data', take)
  const pid = child.pid ?? 0
  return {
    pid,
    output: () => output,
    ended: new Promise((resolve) => {
      child.once('error', (error) => resolve({ code: 127, output: String(error) }))
      // Not 'close': what the program has left behind may hold its output open.
      child.once('exit', (code) => setTimeout(() => resolve({ code, output }), 200))
    }),
    kill: () => {
      try {
        process.kill(-pid, 'SIGKILL')
      } catch {
        // It has already ended.
      }
    },
  }
}

/** The real client from PyPI, one virtual environment per version, and programs that run in it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KEY, type Server } from './server.ts'

const VENVS = fileURLToPath(new URL('../../.venv/', import.meta.url))
const SCRIPTS = fileURLToPath(new URL('./scripts/', import.meta.url))

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly output: string
}

export interface Client {
  readonly version: string
  /** Where scripts lie and files are written; a fresh one for each flow. */
  readonly folder: string
  /** Runs a program of the environment (`python`, `wandb`) to its end; throws when that takes longer than `seconds`. */
  run(program: string, args: readonly string[], seconds: number, env?: Record<string, string>): Promise<Ended>
  /** Starts one, in a process group of its own. */
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

const EXTRAS = ['pyyaml', 'numpy', 'pillow']

/** Installs a version once. */
export async function prepare(version: string): Promise<void> {
  const venv = join(VENVS, `wandb-${version}`)
  const done = join(venv, '.prepared')
  if (existsSync(done)) return
  mkdirSync(VENVS, { recursive: true })
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ['python3', ['-m', 'venv', venv]],
    [
      join(venv, 'bin/pip'),
      ['install', '--quiet', '--disable-pip-version-check', `wandb==${version}`, ...EXTRAS],
    ],
  ]
  for (const [program, args] of steps) {
    const { code, output } = await startIn(VENVS, program, args, process.env).ended
    if (code !== 0) throw new Error(`wandb ${version} could not be installed:\n${output}`)
  }
  writeFileSync(done, '')
}

export function clientOf(server: Server, version: string, folder: string): Client {
  const bin = join(VENVS, `wandb-${version}`, 'bin')
  cpSync(SCRIPTS, folder, { recursive: true })
  mkdirSync(join(folder, 'home'), { recursive: true })
  const base = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: join(folder, 'home'),
    LANG: 'C.UTF-8',
    PYTHONUNBUFFERED: '1',
    WANDB_BASE_URL: server.url,
    WANDB_API_KEY: KEY,
    WANDB_DIR: folder,
    // Nothing but the server under test is spoken to.
    WANDB_ERROR_REPORTING: 'false',
  }
  const start: Client['start'] = (program, args, env = {}) =>
    startIn(folder, join(bin, program), args, { ...base, ...env })
  return {
    version,
    folder,
    start,
    async run(program, args, seconds, env) {
      const started = start(program, args, env)
      const timer = setTimeout(started.kill, seconds * 1000)
      const ended = await started.ended
      clearTimeout(timer)
      if (ended.code === null)
        throw new Error(
          `${program} ${args.join(' ')} took longer than ${seconds} s:\n${ended.output.slice(-3000)}`,
        )
      return ended
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
        // It has ended by itself.
      }
    },
  }
}

/** MiniStack, an emulator of AWS from PyPI that evaluates IAM policies and runs functions with the host's Node. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pathOf } from '../lambda/runtimes.ts'
import { ACCOUNT, REGION } from '../stacks/mocks.ts'
import { findPython } from '../wandb/python.ts'

const VENV = join(import.meta.dirname, '../../.venv/ministack')
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt')
/** The major version of Node in `stacks/functions.ts`. */
const NODE = 24
const READY_SECONDS = 120

/** Credentials of the account's owner, who is not subject to policies. */
export const OWNER = { accessKeyId: 'test', secretAccessKey: 'test' } as const

/** Once per version of the requirements. */
export function installEmulator(): void {
  const wanted = readFileSync(REQUIREMENTS, 'utf8')
  const mark = join(VENV, 'installed.txt')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return
  execFileSync(findPython(), ['-m', 'venv', '--clear', VENV], { stdio: 'inherit' })
  const words = ['install', '--quiet', '--disable-pip-version-check', '--no-input', '-r', REQUIREMENTS]
  execFileSync(join(VENV, 'bin/pip'), words, { stdio: 'inherit' })
  writeFileSync(mark, wanted)
}

export interface Emulator {
  readonly endpoint: string
  /** What it has printed. */
  readonly log: () => string
  readonly stop: () => Promise<void>
}

/**
 * Starts the emulator on a port, with its files in `folder`. Its functions call AWS at `callsAt`, where the calls can be observed,
 * and trust `certificate`.
 */
export async function startEmulator(
  port: number,
  folder: string,
  { callsAt, certificate }: { readonly callsAt: string; readonly certificate: string },
): Promise<Emulator> {
  mkdirSync(join(folder, 'tmp'), { recursive: true })
  const child = spawn(join(VENV, 'bin/python'), ['-m', 'ministack'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own process group: functions are its children.
    detached: true,
    // Functions inherit the environment, so nothing of the developer's may be in it.
    env: {
      PATH: `${dirname(pathOf(NODE))}:/usr/bin:/bin`,
      HOME: folder,
      TMPDIR: join(folder, 'tmp'),
      LANG: 'C.UTF-8',
      AUTH: 'true',
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_HOST: 'localhost',
      MINISTACK_ACCOUNT_ID: ACCOUNT,
      MINISTACK_REGION: REGION,
      LOG_LEVEL: 'INFO',
      LAMBDA_ACCOUNT_CONCURRENCY: '1000',
      IOT_MTLS_ENABLED: 'false',
      IOT_MQTT_ENABLED: 'false',
      AWS_ENDPOINT_URL: callsAt,
      NODE_EXTRA_CA_CERTS: certificate,
    },
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      log += bytes.toString()
    })
  const endpoint = `http://127.0.0.1:${port}`
  await ready(child, endpoint, () => log)
  return { endpoint, log: () => log, stop: () => stop(child) }
}

async function ready(child: ChildProcess, endpoint: string, log: () => string): Promise<void> {
  for (let waited = 0; waited < READY_SECONDS * 10 && child.exitCode === null; waited++) {
    if ((await fetch(`${endpoint}/_ministack/ready`).catch(() => undefined))?.ok) return
    await setTimeout(100)
  }
  child.kill('SIGKILL')
  throw new Error(`the emulator did not become ready within ${READY_SECONDS} s:\n${log().slice(-4000)}`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  process.kill(-child.pid, 'SIGKILL')
  await gone
}

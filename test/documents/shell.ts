/** Runs the shell blocks of a page as a reader would paste them: in order, in one shell, in a fresh copy of the repository. */
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from './markdown.ts'

const LEFT_OUT = new Set([
  'node_modules',
  '.git',
  'dist',
  '.chimney',
  '.sst',
  '.venv',
  '.runtimes',
  'coverage',
])

export interface Service {
  readonly url: string
  readonly key: string
  stop(): Promise<void>
}

export interface Shell {
  /** Standard output. Throws with both outputs unless every line of the block succeeds. */
  run(code: string): Promise<string>
  remove(): Promise<void>
}

/** A copy of the installed repository without build outputs and data. Shares the packages of the original. */
async function freshCopy(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chimney-documents-'))
  await cp(ROOT, join(folder, 'chimney'), {
    recursive: true,
    filter: (path) => !LEFT_OUT.has(basename(path)),
  })
  await symlink(join(ROOT, 'node_modules'), join(folder, 'chimney', 'node_modules'))
  await mkdir(join(folder, 'home'))
  return folder
}

/** `npm start` with temporary data on a free port. */
export async function startService(): Promise<Service> {
  const folder = await freshCopy()
  const port = await freePort()
  const key = randomBytes(20).toString('hex')
  const url = `http://127.0.0.1:${port}`
  const child = spawn('npm', ['start'], {
    cwd: join(folder, 'chimney'),
    env: {
      ...process.env,
      PORT: String(port),
      CHIMNEY_API_KEY: key,
      CHIMNEY_DATA: join(folder, 'data'),
      CHIMNEY_DASHBOARD: 'off',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group, because npm starts child processes
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
  const ended = once(child, 'exit')
  const answers = async () => (await fetch(`${url}/healthz`).catch(() => undefined))?.status === 200
  while (!(await answers())) {
    if (child.exitCode !== null) throw new Error(`npm start exited with code ${child.exitCode}: ${output}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return {
    url,
    key,
    stop: async () => {
      if (child.exitCode === null) process.kill(-child.pid!, 'SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/**
 * A shell for one page. It substitutes placeholders: the URL and the key of the service, and the newest sweep of the project for
 * SWEEP. The copy is installed and the service runs, so `npm ci` and `npm start` do nothing. `chimney` is an installed
 * command, curl fails for HTTP errors, and standard input holds the key, for `chimney login`.
 */
export async function openShell({ url, key }: Service, options: { loggedIn: boolean }): Promise<Shell> {
  const folder = await freshCopy()
  const state = join(folder, 'state.sh')
  const copy = join(folder, 'chimney')
  const preamble = `
[ ! -f ${state} ] || . ${state} 2>/dev/null || true
trap '{ declare -p; declare -f; } > ${state}' EXIT
curl() { command curl --fail-with-body "$@"; }
npm() { case "$1" in ci | start) ;; *) command npm "$@" ;; esac; }
newest() {
  curl -sS -H 'Authorization: Bearer ${key}' "${url}/v1/$1/sweeps?limit=1" |
    node -pe "process.argv[1] + '/' + JSON.parse(require('fs').readFileSync(0, 'utf8')).items[0].id" "$1"
}
`
  return {
    run: async (code) => {
      const script = code
        .replaceAll('http://127.0.0.1:8787', url)
        .replaceAll('API_KEY=…', `API_KEY=${key}`)
        .replaceAll(/([\w-]+\/[\w-]+)\/SWEEP\b/g, '$(newest $1)')
      const running = promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', preamble + script], {
        cwd: copy,
        env: {
          PATH: `${join(copy, 'node_modules/.bin')}:${process.env.PATH}`,
          HOME: join(folder, 'home'),
          ...(options.loggedIn && { CHIMNEY_URL: url, CHIMNEY_API_KEY: key }),
          TMPDIR: folder,
          npm_config_offline: 'true',
          npm_config_update_notifier: 'false',
        },
        timeout: 900_000,
        maxBuffer: 2 ** 24,
      })
      running.child.stdin?.on('error', () => {}) // a block that ends without reading it
      running.child.stdin?.end(`${key}\n`)
      const { stdout } = await running.catch(({ message, stdout, stderr }) => {
        throw new Error(`${message}\n${stdout}${stderr}`)
      })
      return stdout
    },
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return address.port
}

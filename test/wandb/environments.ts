/** Virtual environments below `.venv`, with a pinned version of the client from PyPI or its latest one. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { findPython } from './python.ts'

const VENVS = fileURLToPath(new URL('../../.venv/', import.meta.url))
const PINNED = fileURLToPath(new URL('./pinned/', import.meta.url))

/** Where the programs of an environment are, which is called like its file of pinned packages. */
export const binOf = (environment: string): string => join(VENVS, environment, 'bin')

/** The newest client on PyPI, whatever its number. */
export const LATEST = 'latest'

const TRIES = 3
const PAUSE_MS = 5_000
/** A slow registry gets this long; then the installation is tried again. */
const TRY_SECONDS = 600

/** Installs a version unless its pinned packages are installed. Always installs the latest one. */
export const prepare = (version: string): Promise<void> =>
  version === LATEST
    ? install(`wandb-${LATEST}`, ['wandb', 'numpy', 'pillow', 'PyYAML'], '')
    : preparePinned(`wandb-${version}`)

/** Installs the packages of `pinned/NAME.txt` unless they are installed; replaces an incomplete environment. */
export async function preparePinned(name: string): Promise<void> {
  const pins = join(PINNED, `${name}.txt`)
  const wanted = createHash('sha256').update(readFileSync(pins)).digest('hex')
  const mark = join(VENVS, name, '.prepared')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return
  await install(name, ['-r', pins], wanted)
}

async function install(name: string, packages: readonly string[], mark: string): Promise<void> {
  const venv = join(VENVS, name)
  mkdirSync(VENVS, { recursive: true })
  await must([findPython(), '-m', 'venv', '--clear', venv])
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', ...packages]
  for (let attempt = 1; ; attempt++) {
    try {
      await must([join(venv, 'bin/python'), ...pip])
      break
    } catch (error) {
      if (attempt === TRIES) throw new Error(`${name} could not be installed`, { cause: error })
      await setTimeout(PAUSE_MS)
    }
  }
  writeFileSync(join(venv, '.prepared'), mark)
}

async function must(command: readonly string[]): Promise<void> {
  const child = spawn('nice', command, { stdio: ['ignore', 'pipe', 'pipe'], timeout: TRY_SECONDS * 1000 })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      output += bytes.toString()
    })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${output.slice(-4000)}`)
}

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

export const binOf = (version: string): string => join(VENVS, `wandb-${version}`, 'bin')

/** The newest client on PyPI, whatever its number. */
export const LATEST = 'latest'

const TRIES = 3
const PAUSE_MS = 5_000
/** A slow registry gets this long; then the installation is tried again. */
const TRY_SECONDS = 600

/** Installs a version unless its pinned packages are installed; replaces an incomplete environment. Always installs the latest one. */
export async function prepare(version: string): Promise<void> {
  const venv = join(VENVS, `wandb-${version}`)
  const pins = join(PINNED, `wandb-${version}.txt`)
  const mark = join(venv, '.prepared')
  const wanted = version === LATEST ? '' : createHash('sha256').update(readFileSync(pins)).digest('hex')
  if (version !== LATEST && existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return
  mkdirSync(VENVS, { recursive: true })
  await must([findPython(), '-m', 'venv', '--clear', venv])
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input']
  install.push(...(version === LATEST ? ['wandb', 'numpy', 'pillow', 'PyYAML'] : ['-r', pins]))
  for (let attempt = 1; ; attempt++) {
    try {
      await must([join(venv, 'bin/python'), ...install])
      break
    } catch (error) {
      if (attempt === TRIES) throw new Error(`wandb ${version} could not be installed`, { cause: error })
      await setTimeout(PAUSE_MS)
    }
  }
  writeFileSync(mark, wanted)
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

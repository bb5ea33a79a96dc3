import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Endpoint of moto, for all AWS services. */
    moto: string
  }
}

const ROOT = join(import.meta.dirname, '../..')
const VENV = join(ROOT, '.venv/moto')
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt')

/** Starts moto on a free loopback port before the tests and stops it after them. Needs Python 3.10 or newer. */
export default async function setup(project: TestProject): Promise<() => void> {
  install()
  const server = spawn(join(VENV, 'bin/python'), [join(import.meta.dirname, 'serve_moto.py')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  project.provide('moto', await address(server))
  return () => {
    server.kill()
  }
}

/** Once per version of the requirements. */
function install(): void {
  const wanted = readFileSync(REQUIREMENTS, 'utf8')
  const mark = join(VENV, 'installed.txt')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return
  execFileSync('python3', ['-m', 'venv', '--clear', VENV], { stdio: 'inherit' })
  execFileSync(
    join(VENV, 'bin/pip'),
    ['install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS],
    {
      stdio: 'inherit',
    },
  )
  writeFileSync(mark, wanted)
}

/** The address that the server prints once it listens. */
function address(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const read = (data: Buffer) => {
      output += data
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)
      if (url) resolve(url[0])
    }
    // Both streams are read until the end: a full pipe would block the server.
    server.stdout?.on('data', read)
    server.stderr?.on('data', read)
    server.on('error', reject)
    server.on('exit', (code) => reject(new Error(`moto ended with ${code} before it was ready:\n${output}`)))
  })
}

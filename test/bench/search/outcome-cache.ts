/**
 * Caches outcomes of Chimney's methods in `test/bench/results/` until the search code changes, so that an interrupted benchmark
 * continues. Concurrent processes may overwrite each other's outcomes; a lost outcome is computed again.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Outcome } from './optimize.ts'
import type { SearchProblem } from './problem.ts'

const SOURCE = new URL('../../../packages/core/src/', import.meta.url)
const FOLDERS = ['math/', 'samplers/', 'space/']
const FILE = new URL('../results/search-own.json', import.meta.url)

/** Hash of the code that determines suggestions. */
const code = (() => {
  const hash = createHash('sha256')
  for (const name of FOLDERS) {
    const folder = new URL(name, SOURCE)
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
    for (const name of names)
      if (/(?<!\.test|\.suite)\.ts$/.test(name)) hash.update(name).update(readFileSync(new URL(name, folder)))
  }
  return hash.digest('hex').slice(0, 16)
})()

interface Content {
  readonly code: string
  readonly outcomes: { [search: string]: Outcome }
}

const keyOf = ({ name, budget }: SearchProblem, method: string, seed: number): string =>
  `${method} ${name} ${budget} ${seed}`

function content(): Content {
  const old: Content | undefined = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : undefined
  return old?.code === code ? old : { code, outcomes: {} }
}

export const cachedOutcome = (problem: SearchProblem, method: string, seed: number): Outcome | undefined =>
  content().outcomes[keyOf(problem, method, seed)]

export function cacheOutcome(problem: SearchProblem, method: string, seed: number, outcome: Outcome): void {
  const { outcomes } = content()
  outcomes[keyOf(problem, method, seed)] = outcome
  mkdirSync(new URL('.', FILE), { recursive: true })
  const part = `${fileURLToPath(FILE)}.${process.pid}.part`
  writeFileSync(part, JSON.stringify({ code, outcomes }))
  renameSync(part, FILE)
}

/**
 * What own methods came to, kept in `test/bench/results/` until the code of the search changes, so that a run which was ended goes on where it was. Of two
 * processes that search at once one may lose an outcome of the other, which is then searched again.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Outcome } from './play.ts'
import type { SearchProblem } from './problems.ts'

const SOURCE = new URL('../../../packages/core/src/', import.meta.url)
const ROOMS = ['math/', 'samplers/', 'space/']
const FILE = new URL('../results/search-own.json', import.meta.url)

/** Of everything that decides what is suggested. */
const code = (() => {
  const hash = createHash('sha256')
  for (const room of ROOMS) {
    const folder = new URL(room, SOURCE)
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

const searchOf = ({ name, budget }: SearchProblem, method: string, seed: number): string =>
  `${method} ${name} ${budget} ${seed}`

function content(): Content {
  const old: Content | undefined = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : undefined
  return old?.code === code ? old : { code, outcomes: {} }
}

export const keptOutcome = (problem: SearchProblem, method: string, seed: number): Outcome | undefined =>
  content().outcomes[searchOf(problem, method, seed)]

export function keepOutcome(problem: SearchProblem, method: string, seed: number, outcome: Outcome): void {
  const { outcomes } = content()
  outcomes[searchOf(problem, method, seed)] = outcome
  mkdirSync(new URL('.', FILE), { recursive: true })
  const part = `${fileURLToPath(FILE)}.${process.pid}.part`
  writeFileSync(part, JSON.stringify({ code, outcomes }))
  renameSync(part, FILE)
}

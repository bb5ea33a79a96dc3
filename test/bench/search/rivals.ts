/** Other optimisers, each in a Python process (rivals.py) that gets the losses over a pipe. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Params } from '@chimney/core/schema/params'
import { type Outcome, play } from './play.ts'
import type { SearchProblem } from './problems.ts'

export interface Rivals {
  /** Name and version by rival: what is installed. */
  readonly versions: { readonly [rival: string]: string }
  readonly search: (rival: string, problem: SearchProblem, seed: number, parallel: number) => Promise<Outcome>
  readonly close: () => void
}

const python = fileURLToPath(new URL('../../../.venv/bin/python', import.meta.url))

/** Undefined when there is no Python environment with rivals: the figures that are recorded have to do. */
export async function startRivals(): Promise<Rivals | undefined> {
  if (!existsSync(python)) return undefined
  const child: ChildProcess = spawn(python, [fileURLToPath(new URL('rivals.py', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // One thread, so that results do not depend on the machine and others can work.
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
  })
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  const say = (message: unknown) => child.stdin!.write(`${JSON.stringify(message)}\n`)
  const hear = async () => {
    const line = await lines.next()
    if (line.done) throw new Error('the Python process of the rivals ended; its last words are above')
    return JSON.parse(line.value)
  }
  say({ rival: null })
  const versions = await hear()
  return {
    versions,
    search: (rival, problem, seed, parallel) => {
      const { budget, parameters } = problem
      say({ rival, seed, budget, parallel, parameters })
      return play(problem, parallel, {
        ask: async (): Promise<Params> => (await hear()).params,
        tell: (losses) => {
          for (const loss of losses) say({ loss: Number.isFinite(loss) ? loss : null })
        },
      })
    },
    close: () => child.kill(),
  }
}

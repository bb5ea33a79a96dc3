/** Other optimizers, in a Python process (baselines.py). Points and losses are exchanged over a pipe. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Params } from '@chimney/core/schema/params'
import { type Optimizer, type Outcome, optimize } from './optimize.ts'
import type { SearchProblem } from './problem.ts'

export interface Baselines {
  /** Package and version of each installed baseline. */
  readonly versions: { readonly [baseline: string]: string }
  readonly search: (
    baseline: string,
    problem: SearchProblem,
    seed: number,
    parallel: number,
  ) => Promise<Outcome>
  readonly close: () => void
}

const python = fileURLToPath(new URL('../../../.venv/bin/python', import.meta.url))

/** Undefined when the Python environment does not exist. */
export async function startBaselines(): Promise<Baselines | undefined> {
  if (!existsSync(python)) return undefined
  const child: ChildProcess = spawn(python, [fileURLToPath(new URL('baselines.py', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // One thread, so that results do not depend on the number of cores.
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
  })
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  const send = (message: unknown) => child.stdin!.write(`${JSON.stringify(message)}\n`)
  const receive = async () => {
    const line = await lines.next()
    if (line.done) throw new Error('the Python process of the baselines exited; its output is above')
    return JSON.parse(line.value)
  }
  send({ baseline: null })
  const versions = await receive()
  return {
    versions,
    search: (baseline, problem, seed, parallel) => {
      const { budget, parameters } = problem
      send({ baseline, seed, budget, parallel, parameters, constrained: problem.slacks !== undefined })
      const optimizer: Optimizer = {
        suggest: async (): Promise<Params> => (await receive()).params,
        observe: (results) => {
          for (const { loss, slacks } of results) send({ loss: Number.isFinite(loss) ? loss : null, slacks })
        },
      }
      return optimize(problem, parallel, optimizer, seed)
    },
    close: () => child.kill(),
  }
}

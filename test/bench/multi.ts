/**
 * `npm run bench -- multi`: hypervolume after 100 trials. Optuna's samplers run on the same problems and budgets when
 * CHIMNEY_BENCH_PYTHON is the path of a Python with `optuna` installed.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { hypervolume } from '@chimney/core/samplers/multi/pareto'
import { samplerFor } from '@chimney/core/samplers/pick'
import type { Observation } from '@chimney/core/samplers/sampler'
import { numberOf } from '@chimney/core/schema/json'
import { parseSweepConfig } from '@chimney/core/schema/parse-sweep-config'
import { buildSpace } from '@chimney/core/space/build-space'
import { type MultiProblem, multiProblems } from './multi-problems.ts'

const BUDGET = 100
const SEEDS = 5
const METHODS = ['bayes', 'gp', 'tpe', 'random']

interface Row {
  readonly problem: string
  readonly method: string
  readonly median: number
  readonly worst: number
}

export async function runMulti(): Promise<readonly Row[]> {
  const rows = multiProblems.flatMap((problem) =>
    METHODS.map((method) => {
      const volumes = Array.from({ length: SEEDS }, (_, seed) => search(problem, method, seed))
      volumes.sort((a, b) => a - b)
      return { problem: problem.name, method, median: volumes[SEEDS >> 1]!, worst: volumes[0]! }
    }),
  )
  rows.push(...(await runBaselines()))
  for (const { problem, method, median, worst } of rows.sort((a, b) => (a.problem < b.problem ? -1 : 1)))
    console.log(
      `${problem.padEnd(9)} ${method.padEnd(15)} median ${median.toFixed(4)}  worst ${worst.toFixed(4)}`,
    )
  return rows
}

function search(problem: MultiProblem, method: string, seed: number): number {
  const names = Array.from({ length: problem.dimensions }, (_, i) => `x${i}`)
  const real = { distribution: 'uniform', min: 0, max: 1 }
  const metrics = problem.reference.map((_, i) => ({ name: `f${i}` }))
  const parameters = Object.fromEntries(names.map((name) => [name, real]))
  const { config } = parseSweepConfig(JSON.stringify({ method, metrics, parameters }))
  const space = buildSpace(config.parameters)
  const sampler = samplerFor(config, space)
  const observations: Observation[] = []
  const points: (readonly number[])[] = []
  for (let index = 0; index < BUDGET; index++) {
    const number = index + 1
    const history = { observations, infeasible: [], pending: [] }
    const [suggestion] = sampler.suggest({ space, seed, slots: [{ number, index }], history, enqueued: [] })
    const { params } = suggestion!
    const losses = problem.losses(names.map((name) => numberOf(params[name]!)!))
    observations.push({ number, params, loss: losses[0]!, losses })
    points.push(losses)
  }
  return hypervolume(points, problem.reference)
}

async function runBaselines(): Promise<readonly Row[]> {
  const python = process.env.CHIMNEY_BENCH_PYTHON
  if (!python) return []
  const script = new URL('multi_baselines.py', import.meta.url).pathname
  const { stdout } = await promisify(execFile)(python, [script, String(SEEDS), String(BUDGET)])
  return JSON.parse(stdout) as readonly Row[]
}

/**
 * `npm run bench -- stop`: what early termination saves and what it misses. A hundred trainings run one after the other; made-up ones are
 * power laws that cross, others are real (curves.py).
 */
import { existsSync, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { type Rng, rngOf } from '@chimney/core/math/rng'
import { parseSweepConfig } from '@chimney/core/schema/parse-sweep-config'
import { stopperFor } from '@chimney/core/stoppers/pick'
import { table, withMeasured } from '../markers.ts'
import type { BenchOptions } from '../options.ts'
import { type Curve, simulate } from './simulate.ts'

const PAGE = new URL('../../../docs/benchmarks.md', import.meta.url)
const REAL = new URL('curves.json', import.meta.url)
const SEEDS = 30
const NOISES = [0.01, 0.05]
const TRAININGS = 100
const EPOCHS = 81

/** `early_terminate` of a sweep. */
const RULES: { readonly [name: string]: object } = {
  hyperband: { type: 'hyperband', min_iter: 3, eta: 3 },
  'hyperband, strict: false': { type: 'hyperband', min_iter: 3, eta: 3, strict: false },
  asha: { type: 'asha' },
  'asha, 2 brackets': { type: 'asha', brackets: 2 },
  'asha, 3 brackets': { type: 'asha', brackets: 3 },
  'asha, min_iter 3': { type: 'asha', min_iter: 3 },
  median: { type: 'median' },
  'percentile 25, min_iter 3': { type: 'percentile', percentile: 25, min_iter: 3 },
}

interface StopRow {
  readonly curves: string
  readonly rule: string
  readonly noise: number
  /** Means over the seeds. */
  readonly budget: number
  readonly regret: number
}

export async function runStop(options: BenchOptions): Promise<readonly StopRow[]> {
  const sets = curveSets()
  const rows: StopRow[] = []
  for (const [curves, make] of Object.entries(sets))
    for (const [rule, early] of Object.entries(RULES))
      for (const noise of NOISES) {
        const { config } = parseSweepConfig(
          JSON.stringify({
            method: 'random',
            metric: { name: 'loss' },
            parameters: { x: { min: 0, max: 1 } },
            early_terminate: early,
          }),
        )
        const seeds = options.seeds || SEEDS
        let [budget, regret] = [0, 0]
        for (let seed = 0; seed < seeds; seed++) {
          const rng = rngOf(seed, 1)
          const found = simulate(stopperFor(config.early_terminate!), make(rng), noise, rng)
          budget += found.budget / seeds
          regret += found.regret / seeds
        }
        rows.push({ curves, rule, noise, budget, regret })
      }
  const text = render(rows)
  console.log(text)
  if (options.write) await writeFile(PAGE, withMeasured(await readFile(PAGE, 'utf8'), text, 'stop'))
  return rows
}

/** Sets of trainings, in an order of their own for each seed. */
function curveSets(): { readonly [name: string]: (rng: Rng) => readonly Curve[] } {
  const real: { readonly [name: string]: readonly Curve[] } = existsSync(REAL)
    ? JSON.parse(readFileSync(REAL, 'utf8'))
    : {}
  return {
    'power laws': (rng) => Array.from({ length: TRAININGS }, () => powerLaw(rng)),
    ...Object.fromEntries(Object.entries(real).map(([name, all]) => [name, (rng) => shuffled(all, rng)])),
  }
}

/** a + b·t^−c: fast ones that end badly, slow ones that end well. */
function powerLaw(rng: Rng): Curve {
  const a = 0.5 * rng.uniform()
  const b = 0.2 + 0.8 * rng.uniform()
  const c = 0.2 + 1.3 * rng.uniform()
  return Array.from({ length: EPOCHS }, (_, t) => a + b * (t + 1) ** -c)
}

function shuffled<T>(all: readonly T[], rng: Rng): readonly T[] {
  const order = [...all]
  for (let i = order.length - 1; i > 0; i--) {
    const j = rng.below(i + 1)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}

function render(rows: readonly StopRow[]): string {
  const names = [...new Set(rows.map(({ curves }) => curves))]
  const rules = [...new Set(rows.map(({ rule }) => rule))]
  const head = ['Rule', ...names.flatMap((name) => NOISES.map((noise) => `${name}, ±${noise}`))]
  const cells = rules.map((rule) => [
    rule,
    ...names.flatMap((curves) =>
      NOISES.map((noise) => {
        const { budget, regret } = rows.find(
          (one) => one.rule === rule && one.curves === curves && one.noise === noise,
        )!
        return `${(100 * budget).toFixed(1)} %, ${regret.toFixed(4)}`
      }),
    ),
  ])
  return `\n${table(head, cells)}\n`
}

/**
 * `npm run bench -- stop`: budget and regret of the early termination rules on a hundred sequential trainings. Synthetic learning
 * curves are power laws that cross; the others are real (curves.py).
 */
import { existsSync, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { normalQuantile } from '@chimney/core/math/normal'
import { type Rng, rngOf } from '@chimney/core/math/rng'
import { parseSweepConfig } from '@chimney/core/schema/parse-sweep-config'
import { stopperFor } from '@chimney/core/stoppers/pick'
import { table, withMeasured } from '../markers.ts'
import type { BenchOptions } from '../options.ts'
import { wilcoxon } from '../search/compare.ts'
import { noStopping, oneCut } from './references.ts'
import { type Curve, type Stopping, simulate } from './simulate.ts'

const PAGE = new URL('../../../docs/benchmarks.md', import.meta.url)
const REAL = new URL('curves.json', import.meta.url)
const SEEDS = 30
const NOISES = [0.05, 0.01]
const TRAININGS = 100
const EPOCHS = 81
/** Share of all epochs that the references may use. */
const SHARE = 0.2
const SIGNIFICANT = 0.05

/** `early_terminate` configs. The other rules are compared with the first. */
const RULES: { readonly [name: string]: object } = {
  asha: { type: 'asha' },
  'asha, min_iter 3': { type: 'asha', min_iter: 3 },
  'asha, 2 brackets': { type: 'asha', brackets: 2 },
  hyperband: { type: 'hyperband', min_iter: 3, eta: 3 },
  'hyperband, strict: false': { type: 'hyperband', min_iter: 3, eta: 3, strict: false },
  median: { type: 'median' },
  'percentile 25, min_iter 3': { type: 'percentile', percentile: 25, min_iter: 3 },
}

/** A lower and an upper bound for the rules. */
const REFERENCES: { readonly [name: string]: (curves: readonly Curve[], share: number) => Stopping } = {
  'no rule': noStopping,
  'one cut, in hindsight': oneCut,
}

interface StopRow {
  readonly curves: string
  readonly rule: string
  readonly noise: number
  /** Indexed by seed. All rules get the same order of trainings and the same noise. */
  readonly budgets: readonly number[]
  readonly regrets: readonly number[]
}

export async function runStop(options: BenchOptions): Promise<readonly StopRow[]> {
  const seeds = Array.from({ length: options.seeds || SEEDS }, (_, seed) => seed)
  const rows: StopRow[] = []
  for (const [curves, make] of Object.entries(curveSets()))
    for (const noise of NOISES) {
      const samples = seeds.map((seed) => {
        const rng = rngOf(seed, 1)
        const truth = make(rng)
        return { truth, reported: truth.map((curve) => noisy(curve, noise, rng)) }
      })
      const add = (rule: string, run: (sample: (typeof samples)[number]) => Stopping) => {
        const found = samples.map(run)
        const [budgets, regrets] = [found.map(({ budget }) => budget), found.map(({ regret }) => regret)]
        rows.push({ curves, rule, noise, budgets, regrets })
      }
      for (const [rule, early] of Object.entries(RULES))
        add(rule, ({ truth, reported }) => simulate(stopperOf(early), truth, reported))
      for (const [rule, reference] of Object.entries(REFERENCES))
        add(rule, ({ truth }) => reference(truth, SHARE))
    }
  const text = NOISES.map((noise) => render(rows.filter((row) => row.noise === noise))).join('')
  console.log(text)
  if (options.write) await writeFile(PAGE, withMeasured(await readFile(PAGE, 'utf8'), `${text}\n`, 'stop'))
  return rows
}

const stopperOf = (early: object) => {
  const { config } = parseSweepConfig(
    JSON.stringify({
      method: 'random',
      metric: { name: 'loss' },
      parameters: { x: { min: 0, max: 1 } },
      early_terminate: early,
    }),
  )
  return stopperFor(config.early_terminate!)
}

/** Sets of trainings. The seed determines the order within a set. */
function curveSets(): { readonly [name: string]: (rng: Rng) => readonly Curve[] } {
  const real: { readonly [name: string]: readonly Curve[] } = existsSync(REAL)
    ? JSON.parse(readFileSync(REAL, 'utf8'))
    : {}
  return {
    'power laws': (rng) => Array.from({ length: TRAININGS }, () => powerLaw(rng)),
    ...Object.fromEntries(Object.entries(real).map(([name, all]) => [name, (rng) => shuffled(all, rng)])),
  }
}

/** a + b·t^−c */
function powerLaw(rng: Rng): Curve {
  const a = 0.5 * rng.uniform()
  const b = 0.2 + 0.8 * rng.uniform()
  const c = 0.2 + 1.3 * rng.uniform()
  return Array.from({ length: EPOCHS }, (_, t) => a + b * (t + 1) ** -c)
}

const noisy = (curve: Curve, noise: number, rng: Rng): Curve =>
  curve.map((loss) => (loss === null ? null : loss + noise * normalQuantile(rng.uniform())))

function shuffled<T>(all: readonly T[], rng: Rng): readonly T[] {
  const order = [...all]
  for (let i = order.length - 1; i > 0; i--) {
    const j = rng.below(i + 1)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** The table of one noise level. */
function render(rows: readonly StopRow[]): string {
  const sets = [...new Set(rows.map(({ curves }) => curves))]
  const rules = [...new Set(rows.map(({ rule }) => rule))]
  const of = (curves: string, rule: string) => rows.find((row) => row.curves === curves && row.rule === rule)!
  const lines = sets.map((curves) => [
    curves,
    ...rules.map((rule) => {
      const { budgets, regrets } = of(curves, rule)
      return `${percent(meanOf(budgets))}, ${meanOf(regrets).toFixed(4)}${significanceMark(regrets, of(curves, rules[0]!).regrets)}`
    }),
  ])
  const mean = rules.map((rule) => percent(meanOf(sets.map((curves) => meanOf(of(curves, rule).budgets)))))
  return `\n${table([`±${rows[0]!.noise}`, ...rules], [...lines, ['mean', ...mean]])}`
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`

/** ▲ or ▼ when the regrets are significantly higher or lower than those of the first rule, paired by seed. */
const significanceMark = (regrets: readonly number[], first: readonly number[]): string => {
  if (wilcoxon(regrets, first) >= SIGNIFICANT) return ''
  return meanOf(regrets) > meanOf(first) ? ' ▲' : ' ▼'
}

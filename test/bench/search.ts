/**
 * How good the search is: regret of own methods over functions and tables, seeds 0, 1, 2, …
 *
 *   npx tsx test/bench/search.ts [--methods bayes,tpe] [--problems branin,yardstick] [--seeds 10] [--parallel 1]
 *                                [--tables FOLDER] [--json]
 *
 * Tables are made by search_tables.py.
 */
import { parseArgs } from 'node:util'
import { functions, tables } from './search-problems.ts'
import { runSearch } from './search-run.ts'

const { values } = parseArgs({
  options: {
    methods: { type: 'string', default: 'random,tpe' },
    problems: { type: 'string', default: '' },
    seeds: { type: 'string', default: '10' },
    first: { type: 'string', default: '0' },
    parallel: { type: 'string', default: '1' },
    tables: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})

const wanted = values.problems.split(',').filter((name) => name !== '')
const problems = [...functions, ...tables(values.tables)].filter(
  ({ name, family }) => wanted.length === 0 || wanted.includes(name) || wanted.includes(family),
)

const quantile = (sorted: readonly number[], q: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!
const median = (numbers: readonly number[]) => {
  const sorted = [...numbers].sort((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
}
const mean = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0) / numbers.length
const figure = (value: number) => value.toPrecision(3).padStart(9)

for (const problem of problems) {
  for (const method of values.methods.split(',')) {
    const results = Array.from({ length: Number(values.seeds) }, (_, seed) =>
      runSearch(problem, method, seed + Number(values.first), Number(values.parallel)),
    )
    const regrets = results.map(({ regret }) => regret)
    const millis = results.flatMap((result) => result.millis).sort((a, b) => a - b)
    const row = {
      problem: problem.name,
      method,
      half: median(results.map(({ half }) => half)),
      median: median(regrets),
      mean: mean(regrets),
      worst: Math.max(...regrets),
      duplicates: mean(results.map(({ duplicates }) => duplicates)),
      p50: quantile(millis, 0.5),
      p99: quantile(millis, 0.99),
    }
    console.log(
      values.json
        ? JSON.stringify(row)
        : `${row.problem.padEnd(14)} ${method.padEnd(7)} half ${figure(row.half)}  median ${figure(row.median)}  mean ${figure(row.mean)}  worst ${figure(row.worst)}  twice ${row.duplicates.toFixed(1)}  ms ${row.p50.toFixed(1)} / ${row.p99.toFixed(1)}`,
    )
  }
}

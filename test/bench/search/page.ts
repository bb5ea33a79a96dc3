/** The tables of the search benchmark. */
import { table } from '../markers.ts'
import { geometricMean, medianOf, wilcoxon } from './compare.ts'

export interface SearchRow {
  readonly problem: string
  readonly family: string
  readonly budget: number
  /** A method of Chimney, or a baseline with its version in parentheses. */
  readonly method: string
  /** Median regret after half of the budget. */
  readonly half: number
  /** Indexed by seed. */
  readonly regrets: readonly number[]
  readonly duplicates: number
}

/** `bayes` against a baseline on one problem, over the seeds that both have. */
export interface Compared {
  readonly problem: string
  readonly family: string
  readonly baseline: string
  readonly seeds: number
  /** Median regret of `bayes` divided by the baseline's, each at least {@link FLOOR}. Below 1 `bayes` is better. */
  readonly ratio: number
  /** Wilcoxon's, two-sided. */
  readonly pValue: number
}

/** Regrets below this count as equal. */
const FLOOR = 1e-6
const SIGNIFICANT = 0.05
const OWN = 'bayes'

export function compared(rows: readonly SearchRow[]): readonly Compared[] {
  return rows
    .filter(({ method }) => method === OWN)
    .flatMap((own) =>
      rows
        .filter(({ problem, method }) => problem === own.problem && method.includes('('))
        .map(({ method, regrets }): Compared => {
          const seeds = Math.min(regrets.length, own.regrets.length)
          const floored = (values: readonly number[]) =>
            values.slice(0, seeds).map((value) => Math.max(value, FLOOR))
          const [ours, theirs] = [floored(own.regrets), floored(regrets)]
          const ratio = medianOf(ours) / medianOf(theirs)
          const { problem, family } = own
          return { problem, family, baseline: method, seeds, ratio, pValue: wilcoxon(ours, theirs) }
        }),
    )
}

const figure = (value: number) =>
  value === 0 ? '0' : value < 1e-3 ? value.toExponential(1) : Number(value.toPrecision(2)).toString()

export function renderSearch(rows: readonly SearchRow[], pairs: readonly Compared[]): string {
  const methods = [...new Set(rows.map(({ method }) => method))]
  const problems = [...new Set(rows.map(({ problem }) => problem))]
  const cells = problems.map((problem) => {
    const mine = rows.filter((one) => one.problem === problem)
    const significant = pairs.filter((pair) => pair.problem === problem && pair.pValue < SIGNIFICANT)
    const better = significant.filter(({ ratio }) => ratio > 1).map(({ baseline }) => baseline.split(' ')[0]!)
    return [
      problem,
      String(mine[0]!.budget),
      ...methods.map((method) => {
        const found = mine.find((one) => one.method === method)
        if (found === undefined) return ''
        const { regrets } = found
        return `${figure(medianOf(regrets))} (${figure(Math.max(...regrets))}; ${regrets.length})`
      }),
      better.join(', '),
    ]
  })
  const baselines = [...new Set(pairs.map(({ baseline }) => baseline))]
  const summary = baselines.map((baseline) => {
    const inFamily = (family: string) =>
      pairs.filter((pair) => pair.baseline === baseline && pair.family === family)
    const functions = inFamily('main').filter(({ problem }) => !problem.includes(','))
    const all = pairs.filter((pair) => pair.baseline === baseline)
    const significant = all.filter(({ pValue }) => pValue < SIGNIFICANT)
    return [
      baseline,
      functions.length === 0 ? '' : figure(geometricMean(functions.map(({ ratio }) => ratio))),
      String(significant.filter(({ ratio }) => ratio < 1).length),
      String(significant.filter(({ ratio }) => ratio > 1).length),
      String(all.length),
    ]
  })
  return [
    '',
    summaryTable(rows, pairs, methods),
    table(['Problem', 'Trials', ...methods, 'Significantly better than `bayes`'], cells),
    table(
      [
        '`bayes` against',
        'Ratio on the main functions',
        'Significantly better',
        'Significantly worse',
        'Problems',
      ],
      summary,
    ),
  ].join('\n')
}

/** Families of tables in {@link SearchRow.family}, and their titles. */
const TABLES: readonly (readonly [family: string, title: string])[] = [
  ['hpolib', 'HPOLib'],
  ['hpobench', 'HPOBench'],
  ['nasbench201', 'NAS-Bench-201'],
]

/** Summary figures per method: mean regret over a family of tables, the worst search of one function, duplicate points. */
function summaryTable(
  rows: readonly SearchRow[],
  pairs: readonly Compared[],
  methods: readonly string[],
): string {
  const of = (method: string) => rows.filter((row) => row.method === method)
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0)
  const seedsOf = (some: readonly SearchRow[]) => Math.min(...some.map(({ regrets }) => regrets.length))
  const line = (title: string, cell: (own: readonly SearchRow[]) => string) => [
    title,
    ...methods.map((method) => cell(of(method))),
  ]
  const families = TABLES.map(([family, title]) => {
    const wanted = new Set(rows.filter((row) => row.family === family).map(({ problem }) => problem)).size
    return line(`${title}, mean of ${wanted} tables after 100 trials`, (own) => {
      const some = own.filter((row) => row.family === family)
      // A mean over some of the tables is not comparable.
      if (some.length < wanted || wanted === 0) return ''
      return `${figure(mean(some.map(({ regrets }) => mean(regrets))))} (${seedsOf(some)} seeds)`
    })
  })
  const worst = line('hartmann6, worst search', (own) => {
    const row = own.find(({ problem }) => problem === 'hartmann6')
    return row === undefined ? '' : `${figure(Math.max(...row.regrets))} (${row.regrets.length} seeds)`
  })
  const finite = new Set(
    rows.filter(({ family }) => TABLES.some(([name]) => name === family)).map(({ problem }) => problem),
  )
  const twice = line('Points of tables tried twice, of 100', (own) => {
    const some = own.filter(({ problem }) => finite.has(problem))
    return some.length === 0 ? '' : mean(some.map(({ duplicates }) => duplicates)).toFixed(1)
  })
  const sequential = pairs.filter(({ problem }) => !problem.includes(','))
  const worseOn = new Set(
    sequential.filter(({ ratio, pValue }) => ratio > 1 && pValue < SIGNIFICANT).map(({ problem }) => problem),
  )
  const problems = new Set(sequential.map(({ problem }) => problem))
  const sentence = `\`bayes\` is significantly worse than a baseline on ${worseOn.size} of the ${problems.size} problems that a baseline searched too, one trial at a time.\n`
  return [table(['Measure', ...methods], [...families, worst, twice]), sentence].join('\n')
}

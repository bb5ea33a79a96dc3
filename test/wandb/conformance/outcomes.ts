/** Outcomes of pytest, and their table. */

export interface Outcome {
  /** Path, and name with parameters. */
  readonly test: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  /** The last line of a failure, or why a test was skipped. */
  readonly reason: string
  /** Whether it is of the second try. */
  readonly again?: boolean
}

/** One outcome per test: it has passed when each of its phases (setup, call, teardown) has. */
export function outcomesIn(lines: string): readonly Outcome[] {
  const byTest = new Map<string, Outcome>()
  for (const line of lines.split('\n')) {
    if (line === '') continue
    const { test, outcome, reason } = JSON.parse(line) as Outcome
    const before = byTest.get(test)
    if (!before || before.outcome === 'passed' || outcome === 'failed')
      byTest.set(test, { test, outcome, reason })
  }
  return [...byTest.values()]
}

/** A line per file: tests passed of those that ran, those that were skipped, and each failure with its reason. */
export function tableOfOutcomes(
  outcomes: readonly Outcome[],
  root: string,
  reasonOf: (test: string) => string | undefined,
): string {
  const byFile = grouped(outcomes, ({ test }) => (test.split('::')[0] ?? '').replace(`${root}/`, ''))
  const lines = [...byFile].map(([file, tests]) => {
    const of = (wanted: Outcome['outcome']) => tests.filter(({ outcome }) => outcome === wanted)
    const [passed, failed, skipped] = [of('passed'), of('failed'), of('skipped')]
    const reasons = grouped(failed, ({ test, reason }) => reasonOf(test) ?? reason)
    const failures = [...reasons].map(
      ([reason, those]) => `${those.map(({ test }) => `\`${shortName(test)}\``).join(', ')}: ${reason}`,
    )
    return `| ${file} | ${passed.length} / ${passed.length + failed.length} | ${skipped.length || '—'} | ${failures.join('; ')} |`
  })
  const count = (wanted: Outcome['outcome']) => outcomes.filter(({ outcome }) => outcome === wanted).length
  const ran = count('passed') + count('failed')
  return [
    '| File | Passed / run | Skipped | Failures |',
    '|---|---|---|---|',
    ...lines.sort(),
    `| together | ${count('passed')} / ${ran} | ${count('skipped')} | |`,
    '',
  ].join('\n')
}

const shortName = (test: string): string => (test.split('::').at(-1) ?? test).replaceAll('|', '\\|')

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}

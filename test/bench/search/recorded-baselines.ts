/**
 * Outcomes of the baselines, one file each in the repository, because they take hours. They depend on the baseline's version, the
 * problem and the seed, but not on the machine, except for rounding errors.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Outcome } from './optimize.ts'

interface Content {
  /** Version of the baseline that produced the outcomes. */
  readonly version: string
  /** By problem and seed: regret after half of the budget, final regret, duplicates. `null`: no trial kept the constraints. */
  readonly outcomes: {
    [problem: string]: { [seed: string]: readonly [number | null, number | null, number] }
  }
}

export interface Recorded {
  readonly version: string
  readonly find: (problem: string, seed: number) => Outcome | undefined
  readonly keep: (problem: string, seed: number, outcome: Outcome) => void
}

/** The recorded outcomes of a baseline; none when they are of another version than `version`. */
export function recordedOf(baseline: string, version?: string): Recorded {
  const file = new URL(`baselines/${baseline}.json`, import.meta.url)
  const old: Content | undefined = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  const content: Content =
    old !== undefined && (version === undefined || old.version === version)
      ? old
      : { version: version ?? 'unknown', outcomes: {} }
  return {
    version: content.version,
    find: (problem, seed) => {
      const found = content.outcomes[problem]?.[seed]
      return found && { half: found[0] ?? NONE, regret: found[1] ?? NONE, duplicates: found[2] }
    },
    keep: (problem, seed, { half, regret, duplicates }) => {
      content.outcomes[problem] ??= {}
      content.outcomes[problem][seed] = [digits(half), digits(regret), duplicates]
      // An atomic rename: another process may be reading.
      const part = `${fileURLToPath(file)}.${process.pid}.part`
      writeFileSync(part, text(content))
      renameSync(part, file)
    },
  }
}

const NONE = Number.POSITIVE_INFINITY

/** More digits would be rounding errors. */
const digits = (value: number) => (Number.isFinite(value) ? Number(value.toPrecision(6)) : null)

/** One line per problem. */
function text({ version, outcomes }: Content): string {
  const lines = Object.entries(outcomes).map(
    ([problem, seeds]) => `    ${JSON.stringify(problem)}: ${JSON.stringify(seeds)}`,
  )
  return `{\n  "version": ${JSON.stringify(version)},\n  "outcomes": {\n${lines.join(',\n')}\n  }\n}\n`
}

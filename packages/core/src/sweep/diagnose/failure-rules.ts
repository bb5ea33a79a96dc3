import type { Remedy } from '../../schema/api/diagnosis.ts'
import {
  concluded,
  counted,
  cut,
  finding,
  type Rule,
  type SweepEvidence,
  type TrialEvidence,
} from './evidence.ts'

const MIN_SAME = 3
/** Of the failed trials whose error is known, the same error in so many. */
const SAME_SHARE = 0.6
const ERROR_SHARE = 0.5
const WARNING_SHARE = 0.1

/**
 * `same-error`: at least 3 trials failed with the same last error (numbers and addresses in it may differ), and these are at least 60% of the
 * failed trials whose error is known; 2 trials are enough when no trial finished. An error when half of the ended trials failed, a
 * warning when a tenth did, otherwise a remark. `all-failed`, an error: at least 3 trials ended, all of them failed, and their
 * errors differ or are not known.
 */
export const sameError: Rule = (sweep) => {
  const ended = concluded(sweep)
  const failed = ended.filter(({ state }) => state === 'failed')
  const groups = new Map<string, TrialEvidence[]>()
  for (const trial of failed) {
    const text = errorOf(trial)
    if (text === undefined) continue
    const kind = kindOfError(text)
    groups.set(kind, [...(groups.get(kind) ?? []), trial])
  }
  const known = [...groups.values()].reduce((sum, group) => sum + group.length, 0)
  const group = [...groups.values()].sort((a, b) => b.length - a.length)[0] ?? []
  const all = failed.length === ended.length
  if (group.length >= (all ? 2 : MIN_SAME) && group.length >= SAME_SHARE * known) {
    const share = failed.length / ended.length
    const text = cut(errorOf(group[0]!)!, 200)
    return [
      finding(
        'same-error',
        share >= ERROR_SHARE ? 'error' : share >= WARNING_SHARE ? 'warning' : 'remark',
        group.length === failed.length
          ? `${counted(failed.length, 'trial')} failed with: ${text}`
          : `${group.length} of the ${counted(known, 'failed trial')} that were read ended with: ${text}`,
        fixOf(text, group[0]!.number),
        {
          trials: group,
          keys: [text],
          numbers: { failed: failed.length, ended: ended.length, same: group.length },
        },
        requeue(sweep),
      ),
    ]
  }
  if (!all || failed.length < MIN_SAME) return []
  return [
    finding(
      'all-failed',
      'error',
      `all ${failed.length} ended trials failed`,
      `read the log of trial ${failed[failed.length - 1]!.number}, and run the program once by hand with its parameters`,
      { trials: failed, numbers: { failed: failed.length, ended: ended.length } },
      requeue(sweep),
    ),
  ]
}

/** When the cause is away; a cancelled sweep runs nothing again. */
const requeue = ({ state }: SweepEvidence): Remedy | undefined =>
  state === 'cancelled' ? undefined : { kind: 'requeue' }

const errorOf = ({ run, reason }: TrialEvidence): string | undefined => run?.errorLine ?? reason

/** The same for errors that differ in numbers, addresses and quoted paths only. */
const kindOfError = (text: string): string =>
  text
    .replace(/0x[0-9a-f]+/gi, '0')
    .replace(/\d+(\.\d+)?(e[+-]?\d+)?/gi, '0')
    .replace(/(['"])[^'"]*\/[^'"]*\1/g, "'…'")
    .trim()

const FIXES: readonly (readonly [RegExp, string])[] = [
  [/ModuleNotFoundError|ImportError|No module named/, 'install the module on the machines of the agents'],
  [
    /out of memory|OutOfMemory|MemoryError|CUDA error: out/i,
    'lower the batch or model size in the ranges, or use machines with more memory',
  ],
  [/FileNotFoundError|No such file/, 'check the path and the working directory of the agents'],
  [/PermissionError|Permission denied|AccessDenied/, 'give the agents the permission'],
  [
    /unrecognized arguments|the following arguments are required|no such option/i,
    'make the program accept the parameters of the sweep, or set `command` in the sweep config',
  ],
]

const fixOf = (text: string, number: number): string =>
  FIXES.find(([pattern]) => pattern.test(text))?.[1] ??
  `read the log of trial ${number}; if only some parameters cause it, leave them out of the space`

const ERROR_LINE =
  /^\s*(\w+\.)*\w*(Error|Exception|Exit|Interrupt|Warning)\b(:|$)|\berror:|^Killed\b|\bfatal\b/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: colors of a terminal
const COLORS = /\u001b\[[0-9;]*m/g
/** What the `wandb` client puts before a line. */
const PREFIX = /^(ERROR )?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z? )?/

/**
 * The line of a console that says why a program failed: the last one that looks like an error, else the last one that is
 * not empty. Lines of the `wandb` client are skipped.
 */
export function errorLineOf(lines: readonly string[]): string | undefined {
  const own = lines
    .map((line) => line.replace(PREFIX, '').replace(COLORS, '').trim())
    .filter((line) => line !== '' && !/^wandb:/.test(line))
  return own.findLast((line) => ERROR_LINE.test(line) && !/Warning\b/.test(line)) ?? own.at(-1)
}

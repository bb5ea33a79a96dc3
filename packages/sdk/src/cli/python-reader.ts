import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseJson } from '@chimney/core/schema/json'
import type { ImportedSweep, ImportedTrial } from './imports/records.ts'
import { interpreterOf } from './interpreter.ts'
import { UsageError } from './shell.ts'

export interface ReaderOptions {
  /** The Python that has the library. */
  readonly python?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** Lines of its standard input. */
  readonly input?: readonly string[]
}

/** What readers of sweeps print: a sweep, then its trials. */
export type SweepLine = {
  readonly sweep: ImportedSweep['config']
  readonly skipped?: ImportedSweep['skipped']
  readonly warnings?: readonly string[]
}
export type TrialLine = { readonly trial: ImportedTrial; readonly from?: string }

/**
 * Runs a program of `readers/` and yields the JSON of its lines. Numbers keep their kind: `1.0` of the program is a `Float`. Throws
 * `UsageError` with the sentence of a program that refuses, and with the end of its messages when it breaks off.
 */
export async function* linesByPython<Line>(
  reader: string,
  args: readonly string[],
  { python, env, input = [] }: ReaderOptions,
): AsyncGenerator<Line, void, void> {
  const program = python ?? interpreterOf(env.PATH)
  const path = fileURLToPath(new URL(`./readers/${reader}`, import.meta.url))
  const child = spawn(program, [path, ...args], {
    env: { ...env, PYTHONIOENCODING: 'utf-8', PYTHONWARNINGS: 'ignore' },
  })
  let messages = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    messages = (messages + text).slice(-2_000)
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) =>
      reject(
        new UsageError(
          `cannot run ${program} (${error.message}); name the Python that has the library with --python`,
        ),
      ),
    )
    child.once('close', resolve)
  })
  ended.catch(() => {})
  // A program that ends early closes its input; its message says why.
  child.stdin.on('error', () => {})
  child.stdin.end(input.map((line) => `${line}\n`).join(''))
  try {
    for await (const text of createInterface({ input: child.stdout })) {
      const line = parseJson(text, { exact: true }) as unknown as Line | { readonly error: string }
      if (typeof line === 'object' && line !== null && 'error' in line) throw new UsageError(line.error)
      yield line
    }
    if ((await ended) !== 0) throw new UsageError(`${reader} failed:\n${messages.trimEnd()}`)
  } finally {
    child.kill()
  }
}

/** The sweeps of lines, each with all of its trials. */
export async function* sweepsOf(
  lines: AsyncIterable<SweepLine | TrialLine>,
): AsyncGenerator<ImportedSweep, void, void> {
  let open: { readonly head: SweepLine; readonly trials: ImportedTrial[] } | undefined
  const whole = ({ head: { sweep, skipped = {}, warnings = [] }, trials }: NonNullable<typeof open>) => ({
    config: sweep,
    trials,
    skipped,
    warnings,
  })
  for await (const line of lines)
    if ('trial' in line) open?.trials.push(line.trial)
    else {
      if (open) yield whole(open)
      open = { head: line, trials: [] }
    }
  if (open) yield whole(open)
}

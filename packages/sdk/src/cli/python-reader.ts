import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseJson } from '@chimney/core/schema/json'
import type { ImportedSweep, ImportedTrial } from './imports/records.ts'
import { interpreterOf } from './interpreter.ts'
import { UsageError } from './shell.ts'

/** A program of `readers/`: prints one of these as JSON per line. */
type Line =
  | {
      readonly sweep: ImportedSweep['config']
      readonly trials: number
      readonly skipped?: ImportedSweep['skipped']
      readonly warnings?: readonly string[]
    }
  | { readonly trial: ImportedTrial }
  | { readonly error: string }

export interface ReaderOptions {
  /** The Python that has the library. */
  readonly python?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Runs a reader and yields its sweeps. Numbers keep their kind: `1.0` of the reader is a `Float`. Throws `UsageError` with the sentence
 * of a reader that refuses, and with the end of its messages when it breaks off.
 */
export async function* readByPython(
  reader: string,
  args: readonly string[],
  { python, env }: ReaderOptions,
): AsyncGenerator<ImportedSweep, void, void> {
  const program = python ?? interpreterOf(env.PATH)
  const path = fileURLToPath(new URL(`./readers/${reader}`, import.meta.url))
  const child = spawn(program, [path, ...args], {
    env: { ...env, PYTHONIOENCODING: 'utf-8', PYTHONWARNINGS: 'ignore' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let messages = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    messages = (messages + text).slice(-2_000)
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new UsageError(
          error.code === 'ENOENT'
            ? `there is no program ${program}; name the Python that has the library with --python`
            : `cannot run ${program}: ${error.message}`,
        ),
      ),
    )
    child.once('close', resolve)
  })
  ended.catch(() => {})
  let open:
    | { head: Exclude<Line, { trial: unknown } | { error: unknown }>; trials: ImportedTrial[] }
    | undefined
  try {
    for await (const text of createInterface({ input: child.stdout })) {
      const line = parseJson(text, { exact: true }) as unknown as Line
      if ('error' in line) throw new UsageError(line.error)
      if ('trial' in line) {
        open?.trials.push(line.trial)
        continue
      }
      if (open) yield sweepOf(open.head, open.trials)
      open = { head: line, trials: [] }
    }
    const code = await ended
    if (code !== 0) throw new UsageError(`${reader} failed:\n${messages.trimEnd()}`)
    if (open) yield sweepOf(open.head, open.trials)
  } finally {
    child.kill()
  }
}

const sweepOf = (
  { sweep, skipped = {}, warnings = [] }: Exclude<Line, { trial: unknown } | { error: unknown }>,
  trials: readonly ImportedTrial[],
): ImportedSweep => ({ config: sweep, trials, skipped, warnings })

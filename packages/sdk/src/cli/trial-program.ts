import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Chimney } from '../client.ts'
import { encode } from '../encode.ts'
import type { Run } from '../run.ts'
import { TrialFailure } from '../trial-failure.ts'
import { type ChildEnd, runChild } from './child.ts'
import { childEnv } from './child-env.ts'
import { interpreterOf } from './interpreter.ts'
import type { Io } from './io.ts'
import { expandCommand } from './macros.ts'
import { readMetricLine } from './metric-lines.ts'

/** Time between the first signal and SIGKILL, ms. The same as in W&B's agent. */
export const KILL_AFTER_MS = 30_000
const MAX_REASON = 500

export interface TrialProgram {
  readonly client: Pick<Chimney, 'url' | 'key'>
  readonly io: Io
  /** Whether standard output belongs to the events of the agent. */
  readonly json: boolean
  readonly command: readonly unknown[]
  readonly program: string | undefined
  /** For parameter files. */
  readonly folder: string
  /** `entity/project/sweep` */
  readonly sweep: string
  /** The signal that the agent received. */
  readonly received: () => NodeJS.Signals | undefined
}

/** Runs the program for one trial; throws `TrialFailure` when it fails. */
export const runProgram = async (run: Run, trial: TrialProgram): Promise<void> => {
  const { io } = trial
  const id = run.path.split('/').at(-1) ?? ''
  const argsJsonFile = join(trial.folder, `config-${id}.json`)
  await writeFile(argsJsonFile, encode(run.params), { mode: 0o600 })
  const env = await childEnv(run, trial)
  const [file = '', ...args] = expandCommand(trial.command, {
    program: trial.program,
    params: run.params,
    env: io.env,
    interpreter: interpreterOf(io.env.PATH),
    argsJsonFile,
    platform: process.platform,
  })
  if (file === '')
    throw new TrialFailure('the command of the sweep is empty after the expansion of its macros')
  let lastError = ''
  const end = await runChild([file, ...args], {
    env,
    signal: run.signal,
    stopWith: () => trial.received() ?? 'SIGTERM',
    killAfterMs: KILL_AFTER_MS,
    onLine: (line, stream) => {
      const metric = readMetricLine(line)
      if (metric !== undefined && typeof metric !== 'string') {
        void run.log(metric.values, metric.step === undefined ? {} : { step: metric.step })
        return
      }
      if (typeof metric === 'string') io.err(`warning: ${metric}\n`)
      if (stream === 'stderr' && line.trim() !== '') lastError = line.trim()
      if (stream === 'stdout' && !trial.json) io.out(`${line}\n`)
      else io.err(`${line}\n`)
    },
  })
  checkEnd(file, end, lastError)
}

const checkEnd = (file: string, { error, signal, code }: ChildEnd, lastError: string): void => {
  if (error) throw new TrialFailure(`cannot start ${file}: ${error.message}`)
  if (signal)
    throw new TrialFailure(
      `the program was ended by ${signal}${signal === 'SIGKILL' ? '; out of memory?' : ''}`,
    )
  if (code !== 0) {
    const detail = lastError ? `: ${lastError.slice(0, MAX_REASON)}` : ''
    throw new TrialFailure(`exit code ${code}${detail}`, code ?? undefined)
  }
}

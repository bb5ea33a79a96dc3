import { ChimneyError } from '../error.ts'
import { type Command, helpOf, type Io, readCall, UsageError } from './command.ts'
import { agent } from './commands/agent.ts'
import { best } from './commands/best.ts'
import { cost } from './commands/cost.ts'
import { doctor } from './commands/doctor.ts'
import { exportTrials } from './commands/export.ts'
import { importProject } from './commands/import.ts'
import { keys } from './commands/keys.ts'
import { login } from './commands/login.ts'
import { cancel, pause, resume, stop } from './commands/move.ts'
import { redrive } from './commands/redrive.ts'
import { runs } from './commands/runs.ts'
import { sweep } from './commands/sweep.ts'
import { watch } from './commands/watch.ts'

const COMMANDS: readonly Command[] = [
  sweep,
  agent,
  watch,
  runs,
  best,
  pause,
  resume,
  stop,
  cancel,
  exportTrials,
  importProject,
  login,
  keys,
  doctor,
  redrive,
  cost,
]

/**
 * Runs `chimney` with these words and gives the exit code: 0 it worked, 1 it did not, 2 it was used wrongly (and 130,
 * 143 for an agent that was told to end). Results go to standard output, everything else to standard error.
 */
export const main = async (words: readonly string[], io: Io): Promise<number> => {
  const [name, ...rest] = words
  if (name === undefined || name === '--help' || name === '-h') {
    io.out(overview())
    return name === undefined ? 2 : 0
  }
  const command = COMMANDS.find((one) => one.name === (name === 'help' ? rest[0] : name))
  if (name === 'help') {
    io.out(command ? helpOf(command) : overview())
    return command || rest.length === 0 ? 0 : 2
  }
  if (!command) return misuse(io, `there is no command "${name}"; chimney --help lists them`)
  try {
    const call = readCall(command, rest, io)
    if (call) return await command.run(call)
    io.out(helpOf(command))
    return 0
  } catch (error) {
    if (error instanceof UsageError || (error instanceof ChimneyError && error.code === 'bad-path'))
      return misuse(io, `${error.message}\nSee chimney ${command.name} --help.`)
    const message = error instanceof ChimneyError ? error.message : stackOf(error)
    if (rest.includes('--json') && error instanceof ChimneyError)
      io.err(`${JSON.stringify({ error: { code: error.code, status: error.status, message } })}\n`)
    else io.err(`chimney: ${message}\n`)
    return 1
  }
}

const misuse = (io: Io, message: string): number => {
  io.err(`chimney: ${message}\n`)
  return 2
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)

const overview = (): string =>
  [
    'Hyperparameter sweeps from the command line.',
    '',
    'usage: chimney COMMAND … [--json] [--help]',
    '',
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(7)}  ${summary}`),
    '',
    'PATH is ENTITY/PROJECT/SWEEP. What is missing in front comes from --entity and --project, from CHIMNEY_ENTITY and',
    'CHIMNEY_PROJECT, or from the login. The server and the key come from CHIMNEY_URL and CHIMNEY_API_KEY, or the login.',
    '',
    'Exit codes: 0 it worked, 1 it did not, 2 it was used wrongly.',
    '',
  ].join('\n')

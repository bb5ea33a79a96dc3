import { CommanderError } from 'commander'
import { ChimneyError } from '../error.ts'
import type { Io } from './io.ts'
import { buildProgram } from './program.ts'
import { createClient, UsageError } from './shell.ts'

/**
 * Runs `chimney` with these arguments and returns the exit code: 0 success, 1 failure, 2 wrong usage (and 130 or 143 for
 * an agent that received a signal). Results go to standard output, everything else to standard error.
 */
export const main = async (args: readonly string[], io: Io): Promise<number> => {
  let exitCode = 0
  const program = buildProgram({
    io,
    client: createClient,
    exit: (code) => {
      exitCode = code
    },
  })
  if (args.length === 0) {
    io.out(program.helpInformation())
    return 2
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    return reportFailure(error, args, io)
  }
}

const reportFailure = (error: unknown, args: readonly string[], io: Io): number => {
  if (error instanceof UsageError || (error instanceof ChimneyError && error.code === 'bad-path')) {
    io.err(`chimney: ${error.message}\nSee chimney ${args[0]} --help.\n`)
    return 2
  }
  if (error instanceof ChimneyError && args.includes('--json')) {
    const { code, status, message } = error
    io.err(`${JSON.stringify({ error: { code, status, message } })}\n`)
    return 1
  }
  io.err(`chimney: ${error instanceof ChimneyError ? error.message : stackOf(error)}\n`)
  return 1
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)

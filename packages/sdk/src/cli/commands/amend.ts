import type { TrialBody } from '@chimney/core/schema/api/trials'
import type { Command } from 'commander'
import { type CommonFlags, integer, type Shell, subcommand, toJson, UsageError } from '../shell.ts'

interface RequeueFlags extends CommonFlags {
  readonly state?: string
}

/** `void` and `requeue`: changes of trials that have ended. */
export const addAmendCommands = (program: Command, { io, client }: Shell): void => {
  subcommand(program, 'void', {
    summary: 'Void the result of a trial: it is not the best, and the search forgets it.',
    details: 'The run stays. Requeue the trial to run it again.',
    examples: ['chimney void digits/abc123de 13', 'chimney void digits/abc123de 13 --reason "wrong data"'],
  })
    .argument('<sweep>')
    .argument('<number>', 'number of the trial', integer(1))
    .option('--reason <text>', 'shown with the trial')
    .action(async (path: string, number: number, flags: CommonFlags & { reason?: string }) => {
      const { reason } = flags
      const trial = await client(flags).voidTrial(path, number, reason === undefined ? {} : { reason })
      io.out(flags.json ? toJson(trial) : `Trial ${number} is void.\n`)
    })
  subcommand(program, 'requeue', {
    summary: 'Run ended trials again, with the same parameters.',
    details: 'Give numbers of trials, or the states in which they ended. A finished sweep is reopened.',
    examples: [
      'chimney requeue digits/abc123de 2 4',
      'chimney requeue digits/abc123de --state failed,crashed',
    ],
  })
    .argument('<sweep>')
    .argument('[numbers...]', 'numbers of trials')
    .option('--state <states>', 'all finished, failed, stopped, killed, crashed or void trials')
    .action(async (path: string, numbers: readonly string[], flags: RequeueFlags) => {
      if (numbers.length > 0 === (flags.state !== undefined))
        throw new UsageError('Give numbers of trials, or --state.')
      const chimney = client(flags)
      const trials: TrialBody[] = []
      if (flags.state !== undefined) trials.push(...(await chimney.requeueTrials(path, flags.state)))
      for (const number of numbers.map(integer(1))) trials.push(await chimney.requeueTrial(path, number))
      const list = trials.map(({ number }) => number).join(', ')
      io.out(
        flags.json
          ? toJson(trials)
          : trials.length === 0
            ? 'No trial ended so.\n'
            : `${trials.length} ${trials.length === 1 ? 'trial is' : 'trials are'} queued again: ${list}.\n`,
      )
    })
}

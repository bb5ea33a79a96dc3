import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { Command } from 'commander'
import { type CommonFlags, type Shell, subcommand, toJson } from '../shell.ts'

/** `pause`, `resume`, `stop` and `cancel`. */
export const addStateCommands = (program: Command, shell: Shell): void => {
  const add = (name: string, state: SweepBody['state'], summary: string) =>
    addStateCommand(program, shell, name, state, summary)
  add('pause', 'paused', 'Pause the sweep: no new trials start, running trials finish.')
  add('resume', 'running', 'Resume a paused sweep.')
  add('stop', 'finished', 'Finish the sweep: no new trials start, running trials finish.')
  add('cancel', 'cancelled', 'Cancel the sweep: running trials stop.')
}

const addStateCommand = (
  program: Command,
  { io, client }: Shell,
  name: string,
  state: SweepBody['state'],
  summary: string,
): void => {
  subcommand(program, name, { summary, examples: [`chimney ${name} digits/abc123de`] })
    .argument('<sweep>')
    .action(async (path: string, flags: CommonFlags) => {
      const sweep = await client(flags).updateSweep(path, { state })
      io.out(
        flags.json
          ? toJson(sweep)
          : `Sweep ${sweep.path} is ${sweep.state}, open trials: ${sweep.trials.open}.\n`,
      )
    })
}

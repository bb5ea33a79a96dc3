import type { TrialBody } from '@chimney/core/schema/api/trials'
import type { Command } from 'commander'
import { type CommonFlags, type Shell, subcommand, toJson } from '../shell.ts'
import { renderTrials } from '../text/trial-table.ts'

export const addRuns = (program: Command, { io, client: connect }: Shell): void => {
  subcommand(program, 'runs', {
    summary: 'List the trials of a sweep with their parameters and values.',
    examples: ['chimney runs digits/abc123de', 'chimney runs digits/abc123de --state failed --json'],
  })
    .argument('<sweep>')
    .option('--state <state>', 'only queued, running, finished, failed, stopped, killed or crashed trials')
    .action(async (path: string, flags: CommonFlags & { state?: string }) => {
      const client = connect(flags)
      const trials: TrialBody[] = []
      for await (const trial of client.trials(path, flags.state ? { state: flags.state } : {}))
        trials.push(trial)
      if (flags.json) io.out(toJson(trials))
      else if (trials.length === 0) io.out('No trials.\n')
      else {
        const { metric } = await client.getSweep(path)
        const width = io.isTty ? io.columns() : undefined
        io.out(`${renderTrials(trials, metric?.name, { width, hasColors: io.hasColors })}\n`)
      }
    })
}

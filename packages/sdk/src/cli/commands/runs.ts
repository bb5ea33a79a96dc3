import type { TrialBody } from '@chimney/core/schema/api/trials'
import type { Command } from '../command.ts'
import { renderTrials, trialColumns } from '../render.ts'

export const runs: Command = {
  name: 'runs',
  usage: 'PATH [--state STATE]',
  summary: 'List the trials of a sweep with their parameters and values.',
  options: {
    state: {
      type: 'string',
      value: 'STATE',
      help: 'only queued, running, finished, failed, stopped, killed or crashed',
    },
  },
  examples: ['chimney runs digits/abc123de', 'chimney runs digits/abc123de --state failed --json'],
  arity: [1, 1],
  run: async ({ io, words, json, text, client: connect }) => {
    const [path = ''] = words
    const client = connect()
    const state = text('state')
    const rows: TrialBody[] = []
    for await (const trial of client.trials(path, state ? { state } : {})) rows.push(trial)
    if (json) io.out(`${JSON.stringify(rows, null, 2)}\n`)
    else if (rows.length === 0) io.out('No trials.\n')
    else {
      const { metric } = await client.getSweep(path)
      io.out(`${renderTrials(rows, trialColumns(rows, metric?.name), io.isTty ? io.columns() : undefined)}\n`)
    }
    return 0
  },
}

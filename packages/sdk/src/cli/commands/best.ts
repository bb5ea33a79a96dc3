import type { Command } from '../command.ts'
import { flattenParams, formatValue, printable } from '../render.ts'

export const best: Command = {
  name: 'best',
  usage: 'PATH',
  summary: 'Show the best trial and its parameters.',
  details: 'Exit code 1 while no trial has a value.',
  examples: ['chimney best digits/abc123de', 'chimney best digits/abc123de --json | jq .params'],
  arity: [1, 1],
  run: async ({ io, words, json, client: connect }) => {
    const [path = ''] = words
    const client = connect()
    const trial = await client.best(path)
    if (json) io.out(`${JSON.stringify(trial ?? null, null, 2)}\n`)
    if (!trial) {
      io.err(`Sweep ${path} has no trial with a value yet.\n`)
      return 1
    }
    if (json) return 0
    const { metric } = await client.getSweep(path)
    const value = trial.value === undefined ? '' : `, ${metric?.name ?? 'value'} ${formatValue(trial.value)}`
    io.out(`Trial #${trial.number} (run ${printable(trial.run)})${value}\n`)
    for (const [name, param] of Object.entries(flattenParams(trial.params)))
      io.out(`  ${printable(name)}: ${printable(JSON.stringify(param))}\n`)
    return 0
  },
}

import type { Command } from 'commander'
import { ChimneyError } from '../../error.ts'
import { type CommonFlags, type Shell, subcommand, toJson } from '../shell.ts'
import { flattenParams, formatValue, printable } from '../text/values.ts'

export const addBest = (program: Command, { io, client: connect, exit }: Shell): void => {
  subcommand(program, 'best', {
    summary: 'Show the best trial and its parameters.',
    details: 'Exits with 1 when no trial has a value.',
    examples: ['chimney best digits/abc123de', 'chimney best digits/abc123de --json | jq .params'],
  })
    .argument('<sweep>')
    .action(async (path: string, flags: CommonFlags) => {
      const client = connect(flags)
      let none = ''
      const trial = await client.requireBest(path).catch((error: unknown) => {
        if (!(error instanceof ChimneyError && error.code === 'no-best-yet')) throw error
        none = error.message
      })
      if (flags.json) io.out(toJson(trial ?? null))
      if (!trial) {
        io.err(`chimney: ${printable(none)}\n`)
        exit(1)
        return
      }
      if (flags.json) return
      const { metric } = await client.getSweep(path)
      const value =
        trial.value === undefined ? '' : `, ${metric?.name ?? 'value'} ${formatValue(trial.value)}`
      io.out(`Trial #${trial.number} (run ${printable(trial.run)})${value}\n`)
      for (const [name, param] of Object.entries(flattenParams(trial.params)))
        io.out(`  ${printable(name)}: ${printable(JSON.stringify(param))}\n`)
    })
}

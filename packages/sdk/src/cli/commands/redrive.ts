import { type Command, Option } from 'commander'
import { type CommonFlags, integer, type Shell, subcommand, toJson, UsageError } from '../shell.ts'
import { renderTable } from '../text/table.ts'

const BATCH = 100

export const addRedrive = (program: Command, { io, client: connect }: Shell): void => {
  subcommand(program, 'redrive', {
    summary: 'Show the queues of agent functions, or redrive the dead-letter queue of one.',
    details:
      'A message moves to the dead-letter queue after the function failed for it five times. Fix the cause first: see the log of the function. Without an agent, the command only lists the queues. Needs an admin key of the owner of the deployment.',
    examples: ['chimney redrive', 'chimney redrive digits'],
  })
    .argument('[agent]', 'agent function')
    .addOption(new Option('--count <n>', 'maximum number of messages (default: all)').argParser(integer(1)))
    .action(async (agent: string | undefined, flags: CommonFlags & { count?: number }) => {
      const client = connect(flags)
      if (agent === undefined) {
        if (flags.count !== undefined)
          throw new UsageError('--count needs an agent: chimney redrive AGENT --count N')
        const queues = await client.listAgents()
        const rows = queues.map(({ agent, waiting, in_flight, dead }) => [agent, waiting, in_flight, dead])
        const table = () =>
          renderTable(['agent', 'waiting', 'in flight', 'dead'], rows, { hasColors: io.hasColors })
        io.out(flags.json ? toJson(queues) : `${table()}\n`)
        return
      }
      let remaining = flags.count ?? Number.POSITIVE_INFINITY
      let moved = 0
      while (remaining > 0) {
        const requested = Math.min(BATCH, remaining)
        const batch = await client.redrive(agent, requested)
        moved += batch
        remaining -= batch
        if (batch < requested) break
      }
      io.out(
        flags.json
          ? `${JSON.stringify({ agent, moved })}\n`
          : `Moved ${moved} messages from the dead-letter queue of ${agent} to its queue.\n`,
      )
    })
}

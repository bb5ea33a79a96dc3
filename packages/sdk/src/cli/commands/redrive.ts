import { type Command, UsageError } from '../command.ts'
import { renderTable } from '../render.ts'

const AT_ONCE = 100

export const redrive: Command = {
  name: 'redrive',
  usage: '[AGENT] [--count N]',
  summary: 'Show the queues of agent functions, or send dead letters of one again.',
  details:
    'A message is dead when its function has failed for it five times. Mend what was wrong first: the log of the function\nsays it. Without a name nothing is sent. Needs an admin key of whoever the deployment belongs to.',
  options: { count: { type: 'string', value: 'N', help: 'how many at most (default: all)' } },
  examples: ['chimney redrive', 'chimney redrive digits'],
  arity: [0, 1],
  run: async ({ io, words: [agent], json, count, client: connect }) => {
    const client = connect()
    if (agent === undefined) {
      if (count('count', 1) !== undefined) throw new UsageError('name the agent whose letters shall be sent')
      const queues = await client.listAgents()
      const rows = queues.map(({ agent, waiting, in_flight, dead }) =>
        [agent, waiting, in_flight, dead].map(String),
      )
      io.out(
        json
          ? `${JSON.stringify(queues, null, 2)}\n`
          : `${renderTable(['agent', 'waiting', 'in flight', 'dead'], rows)}\n`,
      )
      return 0
    }
    let left = count('count', 1) ?? Number.POSITIVE_INFINITY
    let moved = 0
    while (left > 0) {
      const asked = Math.min(AT_ONCE, left)
      const some = await client.redrive(agent, asked)
      moved += some
      left -= some
      if (some < asked) break
    }
    io.out(json ? `${JSON.stringify({ agent, moved })}\n` : `Sent ${moved} dead letters to ${agent} again.\n`)
    return 0
  },
}

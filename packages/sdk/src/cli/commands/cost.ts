import { type Charge, totalOf } from '../../cost/bill.ts'
import { estimate, idle } from '../../cost/estimate.ts'
import { PRICES_OF } from '../../cost/prices.ts'
import { type Command, UsageError } from '../command.ts'
import { renderTable } from '../render.ts'

/** The SDK sends what was logged in so many seconds. */
const SECONDS_PER_REQUEST = 10

export const cost: Command = {
  name: 'cost',
  usage: '--trials N --steps N [--metrics N] [--agents N] [--steps-per-second X]',
  summary: 'Estimate what a sweep costs in AWS, and what the deployment costs while nobody trains.',
  details: `Everything that AWS charges but the training itself, results kept for a month, us-east-1, without free tiers, at prices\nof ${PRICES_OF}. What each call consumes was measured on the service itself: docs/costs.md says how.`,
  options: {
    trials: { type: 'string', value: 'N', help: 'trials of the sweep' },
    steps: { type: 'string', value: 'N', help: 'steps that each trial logs' },
    metrics: { type: 'string', value: 'N', help: 'metrics in each step (default 5)' },
    agents: { type: 'string', value: 'N', help: 'agents at work at a time (default 10)' },
    'steps-per-second': { type: 'string', value: 'X', help: 'how fast a trial logs (default 5)' },
    functions: { type: 'string', value: 'N', help: 'agent functions that are deployed (default 1)' },
  },
  examples: [
    'chimney cost --trials 1000 --steps 1000',
    'chimney cost --trials 200 --steps 90 --steps-per-second 0.1',
  ],
  arity: [0, 0],
  run: async ({ io, json, text, count }) => {
    const [trials, steps] = [count('trials', 1), count('steps', 1)]
    if (trials === undefined || steps === undefined)
      throw new UsageError('say how large the sweep is: --trials N --steps N')
    const stepsPerSecond = Number(text('steps-per-second') ?? 5)
    if (!(stepsPerSecond > 0) || !Number.isFinite(stepsPerSecond))
      throw new UsageError(`--steps-per-second must be a number above 0, not "${text('steps-per-second')}"`)
    const { minutes, charges } = estimate({
      trials,
      steps,
      metrics: count('metrics', 1) ?? 5,
      agents: count('agents', 1) ?? 10,
      stepsPerSecond,
      stepsPerRequest: Math.max(1, Math.round(stepsPerSecond * SECONDS_PER_REQUEST)),
    })
    const month = totalOf(idle(count('functions', 0) ?? 1))
    if (json) {
      io.out(
        `${JSON.stringify({ minutes, dollars: totalOf(charges), idle_dollars_a_month: month, charges }, null, 2)}\n`,
      )
      return 0
    }
    io.out(`${renderTable(['charge', 'amount', '$'], charges.map(rowOf))}\n\n`)
    io.out(`The sweep: $${totalOf(charges).toFixed(4)}, in ${minutes.toLocaleString('en-US')} minutes.\n`)
    io.out(`While nobody trains: $${month.toFixed(2)} a month, most of it within the free tiers.\n`)
    return 0
  },
}

const rowOf = ({ what, amount, unit, dollars }: Charge): string[] => [
  what,
  `${amount.toLocaleString('en-US', { maximumFractionDigits: amount < 100 ? 1 : 0 })} ${unit}`,
  dollars.toFixed(4),
]

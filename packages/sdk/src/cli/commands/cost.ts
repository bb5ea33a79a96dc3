import { type Command, Option } from 'commander'
import { type Charge, totalOf } from '../../cost/bill.ts'
import { estimate, idle } from '../../cost/estimate.ts'
import { PRICES_OF } from '../../cost/prices.ts'
import { integer, positiveNumber, type Shell, subcommand, toJson } from '../shell.ts'
import { renderTable } from '../text/table.ts'

/** Interval of metrics requests of the SDK. */
const SECONDS_PER_REQUEST = 10

interface Flags {
  readonly json?: true
  readonly trials: number
  readonly steps: number
  readonly metrics: number
  readonly agents: number
  readonly stepsPerSecond: number
  readonly functions: number
}

export const addCost = (program: Command, { io }: Shell): void => {
  subcommand(program, 'cost', {
    summary: 'Estimate the AWS cost of a sweep, and of an idle deployment.',
    details: `All AWS charges except training; results stored for one month; us-east-1, without free tiers, prices of ${PRICES_OF}. The usage of each call was measured on the service: docs/costs.md describes how.`,
    examples: [
      'chimney cost --trials 1000 --steps 1000',
      'chimney cost --trials 200 --steps 90 --steps-per-second 0.1',
    ],
  })
    .addOption(new Option('--trials <n>', 'number of trials').argParser(integer(1)).makeOptionMandatory())
    .addOption(new Option('--steps <n>', 'steps per trial').argParser(integer(1)).makeOptionMandatory())
    .addOption(new Option('--metrics <n>', 'metrics per step').default(5).argParser(integer(1)))
    .addOption(new Option('--agents <n>', 'concurrent agents').default(10).argParser(integer(1)))
    .addOption(
      new Option('--steps-per-second <x>', 'steps per second of a trial')
        .default(5)
        .argParser(positiveNumber),
    )
    .addOption(new Option('--functions <n>', 'deployed agent functions').default(1).argParser(integer(0)))
    .action(({ json, functions, ...plan }: Flags) => {
      const { minutes, charges } = estimate({
        ...plan,
        stepsPerRequest: Math.max(1, Math.round(plan.stepsPerSecond * SECONDS_PER_REQUEST)),
      })
      const dollars = totalOf(charges)
      const idleDollars = totalOf(idle(functions))
      if (json) {
        io.out(toJson({ minutes, dollars, idle_dollars_a_month: idleDollars, charges }))
        return
      }
      const table = renderTable(['charge', 'amount', '$'], charges.map(toRow), { hasColors: io.hasColors })
      io.out(`${table}\n\n`)
      io.out(`Sweep: $${dollars.toFixed(4)} in ${minutes.toLocaleString('en-US')} minutes.\n`)
      io.out(`Idle deployment: $${idleDollars.toFixed(2)} per month, mostly within the free tiers.\n`)
    })
}

const toRow = ({ what, amount, unit, dollars }: Charge): string[] => [
  what,
  `${amount.toLocaleString('en-US', { maximumFractionDigits: amount < 100 ? 1 : 0 })} ${unit}`,
  dollars.toFixed(4),
]

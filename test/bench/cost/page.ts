/** The measured part of `docs/costs.md`. */

import { billOf, type Charge, totalOf, type Usage } from '@chimney/sdk/cost/bill'
import { PRICES_OF } from '@chimney/sdk/cost/prices'
import { table } from '../markers.ts'
import { BUDGETS } from './budgets.ts'
import {
  averageOf,
  dispatchedCalls,
  type Measured,
  type Milliseconds,
  minutesOf,
  pulledCalls,
  REFERENCE,
  sqsRequestsOf,
} from './extrapolate.ts'
import { POLLS_PER_MINUTE } from './figures.ts'
import { metricsCall, SINGLE_SIZES, STEPS_PER_SECOND } from './sweeps.ts'

export interface Recorded {
  /** Year and month. */
  readonly measured: string
  readonly machine: string
  readonly milliseconds: Milliseconds
}

export function renderCosts(measured: Measured, { measured: when, machine, milliseconds }: Recorded): string {
  const pulled = billOf(pulledCalls(measured, milliseconds, REFERENCE))
  const dispatched = billOf(dispatchedCalls(measured, milliseconds, REFERENCE), sqsRequestsOf(REFERENCE))
  const { trials, steps, stepsPerCall, agents } = REFERENCE
  return `
## A call

Units of DynamoDB, the most that a call of its kind took. The first call of a warm function also reads its API key (half a unit) and
with metrics its sweep (one); both are remembered for 30 seconds. Milliseconds are medians of
the service's processor time, measured in ${when} on ${machine}.

${callsTable(measured, milliseconds)}
## A sweep

${count(trials)} trials × ${count(steps)} steps × 5 metrics, ${stepsPerCall} steps a request, ${agents} agents at ${STEPS_PER_SECOND} steps a second (${minutesOf(REFERENCE)} minutes). Agents that
ask for trials: **${dollars(totalOf(pulled))}**. Agent functions behind SQS: **${dollars(totalOf(dispatched))}**, without their training. Prices of ${PRICES_OF}.

${sweepTable(pulled, dispatched)}
## The size of a request

The same sweep with agents that ask, by how many steps a request brings.

${sizesTable(measured, milliseconds)}
## While idle

For a month, without the free tiers, which cover most of it in an account that does nothing else.

${idleTable(measured, milliseconds)}`
}

/** What the calls of a kind took at most. */
export function mostOf({ pulled, dispatched, single }: Measured, name: string): Usage {
  const usages = [pulled, dispatched, single].flatMap((meter) => meter.usages.get(name) ?? [])
  const most = (of: (usage: Usage) => number) => Math.max(...usages.map(of))
  return {
    read: most(({ read }) => read),
    write: most(({ write }) => write),
    index: most(({ index }) => index),
    stored: most(({ stored }) => stored),
    messages: most(({ messages }) => messages),
    answered: most(({ answered }) => answered),
    logged: most(({ logged }) => logged),
    requests: most(({ requests }) => requests),
    cpuMs: most(({ cpuMs }) => cpuMs),
  }
}

function callsTable(measured: Measured, milliseconds: Milliseconds): string {
  const rows = Object.entries(BUDGETS).map(([name, budget]) => {
    const { write, index, read, requests } = mostOf(measured, name)
    return [
      name,
      write,
      index,
      `${budget.write}`,
      read,
      `${budget.read}`,
      requests,
      round(milliseconds[name] ?? 0, 1),
    ].map(String)
  })
  return table(
    ['Call', 'writes', 'of the index', 'budget of both', 'reads', 'budget', 'requests', 'ms'],
    rows,
  )
}

function sweepTable(pulled: readonly Charge[], dispatched: readonly Charge[]): string {
  const names = [...new Set([...pulled, ...dispatched].map(({ what }) => what))]
  const cells = (bill: readonly Charge[], what: string) => {
    const charge = bill.find((one) => one.what === what)
    return charge ? [`${count(charge.amount)} ${charge.unit}`, dollars(charge.dollars)] : ['', '']
  }
  const rows = names.map((what) => [what, ...cells(pulled, what), ...cells(dispatched, what)])
  const total = ['**all**', '', `**${dollars(totalOf(pulled))}**`, '', `**${dollars(totalOf(dispatched))}**`]
  return table(['Charge', 'agents that ask', '$', 'agent functions', '$'], [...rows, total])
}

function sizesTable(measured: Measured, milliseconds: Milliseconds): string {
  const rows = SINGLE_SIZES.map((stepsPerCall) => {
    const scale = { ...REFERENCE, stepsPerCall }
    const perCall = [
      { name: '', times: 1, average: averageOf(measured.single, metricsCall(stepsPerCall), milliseconds) },
    ]
    return [
      String(stepsPerCall),
      count((scale.trials * scale.steps) / stepsPerCall),
      dollars(1e6 * totalOf(billOf(perCall))),
      dollars(totalOf(billOf(pulledCalls(measured, milliseconds, scale)))),
    ]
  })
  return table(['Steps', 'requests', 'a million of them', 'the sweep'], rows)
}

const MINUTES_A_MONTH = 30 * 24 * 60

function idleTable(measured: Measured, milliseconds: Milliseconds): string {
  const monthOf = (name: string) =>
    totalOf(
      billOf([{ name, times: MINUTES_A_MONTH, average: averageOf(measured.single, name, milliseconds) }]),
    )
  const nothing = monthOf('reconcile, nothing open')
  const polls = totalOf(billOf([], POLLS_PER_MINUTE * MINUTES_A_MONTH))
  return table(
    ['What', '$ a month'],
    [
      ['reconcile, every minute', dollars(nothing)],
      ['the queue of the repair, polled by Lambda', dollars(polls)],
      ['the queue of each agent function, polled by Lambda', dollars(polls)],
      ['an open sweep without agents, until it ends', dollars(monthOf('reconcile, idle sweep') - nothing)],
    ],
  )
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))
const count = (value: number): string => round(value, value < 10 ? 1 : 0).toLocaleString('en-US')
const dollars = (value: number): string => `$${value.toFixed(value < 1 ? 4 : 2)}`

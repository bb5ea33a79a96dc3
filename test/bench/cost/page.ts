/** The measured part of `docs/costs.md`. */
import { billOf, type Charge, totalOf, type Usage } from '@chimney/sdk/cost/bill'
import { PRICES, PRICES_OF } from '@chimney/sdk/cost/prices'
import { UNITS } from '@chimney/server/lambda/metrics'
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

The maximum DynamoDB units per call. The first call of a warm function also reads its API key (half a unit) and, with metrics,
its sweep (one unit); both are cached for 30 seconds. Milliseconds are median CPU times of the service, measured in ${when} on ${machine}.

${callsTable(measured, milliseconds)}
## A sweep

${count(trials)} trials × ${count(steps)} steps × 5 metrics, ${stepsPerCall} steps per request, ${agents} agents at ${STEPS_PER_SECOND} steps per second (${minutesOf(REFERENCE)} minutes). Agents that
request trials over HTTP: **${dollars(totalOf(pulled))}**. Agent functions behind SQS: **${dollars(totalOf(dispatched))}**, without their training. Prices of ${PRICES_OF}.

${sweepTable(pulled, dispatched)}
## The size of a request

The same sweep with agents that request trials, by the number of steps per request.

${sizesTable(measured, milliseconds)}
## A stage

Metrics of CloudWatch are charged once for all sweeps of a stage, so they are not in the sums above. Without the free ten of an
account:

${stageTable()}
## While idle

Per month, before the free tiers. In an account without other load they cover most of it.

${idleTable(measured, milliseconds)}`
}

/** The maximum usage of the calls with this name. */
export function maxUsageOf({ pulled, dispatched, single }: Measured, name: string): Usage {
  const usages = [pulled, dispatched, single].flatMap((meter) => meter.usages.get(name) ?? [])
  const max = (of: (usage: Usage) => number) => Math.max(...usages.map(of))
  return {
    read: max(({ read }) => read),
    write: max(({ write }) => write),
    index: max(({ index }) => index),
    stored: max(({ stored }) => stored),
    messages: max(({ messages }) => messages),
    answered: max(({ answered }) => answered),
    logged: max(({ logged }) => logged),
    requests: max(({ requests }) => requests),
    cpuMs: max(({ cpuMs }) => cpuMs),
  }
}

function callsTable(measured: Measured, milliseconds: Milliseconds): string {
  const rows = Object.entries(BUDGETS).map(([name, budget]) => {
    const { write, index, read, requests } = maxUsageOf(measured, name)
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
    ['Call', 'writes', 'index writes', 'write budget', 'reads', 'read budget', 'requests', 'ms'],
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
  const total = [
    '**total**',
    '',
    `**${dollars(totalOf(pulled))}**`,
    '',
    `**${dollars(totalOf(dispatched))}**`,
  ]
  return table(['Charge', 'agents over HTTP', '$', 'agent functions', '$'], [...rows, total])
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
  return table(['Steps', 'requests', '$ per million', '$ per sweep'], rows)
}

/** The functions' own metrics (`packages/server/src/lambda/metrics.ts`), and those that a sweep without early stopping has. */
const METRICS = { all: Object.keys(UNITS).length, ofSweep: 2 }
const HOURS_PER_MONTH = 730

function stageTable(): string {
  const hour = PRICES.metricMonth / HOURS_PER_MONTH
  const hours = Math.ceil(minutesOf(REFERENCE) / 60)
  return table(
    ['What', '$'],
    [
      [
        `${METRICS.ofSweep} own metrics, an hour in which trials are handed out`,
        dollars(METRICS.ofSweep * hour),
      ],
      [`the same in the ${hours} hours of the sweep above`, dollars(METRICS.ofSweep * hour * hours)],
      [
        `all ${METRICS.all}, if each has a value in every hour of a month`,
        dollars(METRICS.all * PRICES.metricMonth),
      ],
      ['each metric of an alarm, a month', dollars(PRICES.alarmMetricMonth)],
    ],
  )
}

const MINUTES_PER_MONTH = 30 * 24 * 60

function idleTable(measured: Measured, milliseconds: Milliseconds): string {
  const monthOf = (name: string) =>
    totalOf(
      billOf([{ name, times: MINUTES_PER_MONTH, average: averageOf(measured.single, name, milliseconds) }]),
    )
  const nothing = monthOf('reconcile, nothing open')
  const polls = totalOf(billOf([], POLLS_PER_MINUTE * MINUTES_PER_MONTH))
  return table(
    ['What', '$ per month'],
    [
      ['reconcile, every minute', dollars(nothing)],
      ['polls of the queue of the repair', dollars(polls)],
      ['polls of the queue of webhooks', dollars(polls)],
      ["polls of an agent function's queue", dollars(polls)],
      ['an open sweep without agents, until it ends', dollars(monthOf('reconcile, idle sweep') - nothing)],
    ],
  )
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))
const count = (value: number): string => round(value, value < 10 ? 1 : 0).toLocaleString('en-US')
const dollars = (value: number): string => `$${value.toFixed(value < 1 ? 4 : 2)}`

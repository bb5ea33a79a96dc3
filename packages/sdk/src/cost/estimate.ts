import { billOf, type Calls, type Charge, type Usage } from './bill.ts'
import figures from './figures.json' with { type: 'json' }

/** A sweep to come. */
export interface Plan {
  readonly trials: number
  /** That each trial logs, and metrics in each step. */
  readonly steps: number
  readonly metrics: number
  /** At work at the same time. */
  readonly agents: number
  readonly stepsPerSecond: number
  /** How many steps a request brings. The SDK sends what was logged in ten seconds. */
  readonly stepsPerRequest: number
}

/** Averages of what each call consumes: measured on the service itself, `npm run bench -- cost --write` writes them. */
const CALLS: Readonly<Record<string, Usage>> = figures.calls

/** As many bytes as one item is charged for with one write unit. */
const WRITE_UNIT_BYTES = 1024
/** A number in a chunk: eight bytes, and random ones in [0, 1) deflate a little. */
const VALUE_BYTES = 7.5
/** What DynamoDB adds to each item that it stores. */
const ITEM_BYTES = 100
/** What a chunk holds besides its values: key, names, times. */
const CHUNK_BYTES = 150

/** What AWS charges for the sweep, its results kept for a month, without the training itself; and how long it takes. */
export function estimate(plan: Plan): { readonly minutes: number; readonly charges: readonly Charge[] } {
  const { trials, steps, agents, stepsPerSecond } = plan
  const minutes = Math.ceil(((trials / Math.min(agents, trials)) * (steps / stepsPerSecond)) / 60)
  const perTrial = Math.ceil(steps / Math.min(steps, plan.stepsPerRequest))
  const calls: Calls[] = [
    { name: 'create sweep', times: 1, average: usageOf('create sweep') },
    { name: 'next trial', times: trials, average: usageOf('next trial') },
    { name: 'metrics', times: trials * perTrial, average: metricsUsage(steps / perTrial, plan.metrics) },
    { name: 'finish', times: trials, average: usageOf('finish') },
    { name: 'reconcile', times: minutes, average: usageOf('reconcile') },
  ]
  return { minutes, charges: billOf(calls) }
}

/** What an idle deployment costs in a month: the repair looks every minute, and Lambda asks the queue of each agent function. */
export function idle(agentFunctions: number): readonly Charge[] {
  const minutes = 30 * 24 * 60
  const repair = {
    name: 'reconcile, nothing open',
    times: minutes,
    average: usageOf('reconcile, nothing open'),
  }
  return billOf([repair], agentFunctions * figures.pollsAMonth)
}

function usageOf(name: string): Usage {
  const usage = CALLS[name]
  if (!usage) throw new Error(`nothing was measured of '${name}'; run: npm run bench -- cost --write`)
  return usage
}

/** A request of metrics of any size: the one of a single step, and what its values add. */
function metricsUsage(steps: number, metrics: number): Usage {
  const least = usageOf('metrics, 1 step')
  const bytes = CHUNK_BYTES + steps * metrics * VALUE_BYTES
  return {
    ...least,
    write: 1 + Math.ceil(bytes / WRITE_UNIT_BYTES),
    stored: bytes + ITEM_BYTES,
    // Of time, only that of the values grows.
    cpuMs: figures.metricsMs.base + steps * metrics * figures.metricsMs.each,
  }
}

import { billOf, type Calls, type Charge, NOTHING_OPEN, type Usage } from './bill.ts'
import figures from './figures.json' with { type: 'json' }

/** A planned sweep. */
export interface Plan {
  readonly trials: number
  /** Steps per trial. */
  readonly steps: number
  readonly metrics: number
  /** Concurrent agents. */
  readonly agents: number
  readonly stepsPerSecond: number
  /** Steps per metrics request. The SDK sends one request every 10 s. */
  readonly stepsPerRequest: number
}

/** Average usage of each call, measured on the service. `npm run bench -- cost --write` updates the file. */
const CALLS: Readonly<Record<string, Usage>> = figures.calls

/** Item size covered by one write unit. */
const WRITE_UNIT_BYTES = 1024
/** Size of a number in a chunk: eight bytes, slightly deflated for random values in [0, 1). */
const VALUE_BYTES = 7.5
/** Overhead of DynamoDB per stored item. */
const ITEM_BYTES = 100
/** Size of a chunk without values: key, names, times. */
const CHUNK_BYTES = 150

/** Duration and AWS charges of a sweep, with one month of storage, without training. */
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

/**
 * Monthly AWS charges of an idle deployment: reconcile runs every minute, and Lambda polls the queues of the repair, of
 * webhooks and of each agent function.
 */
export function idle(agentFunctions: number): readonly Charge[] {
  const minutes = 30 * 24 * 60
  const reconcile = {
    name: NOTHING_OPEN,
    times: minutes,
    average: usageOf(NOTHING_OPEN),
  }
  return billOf([reconcile], (2 + agentFunctions) * figures.pollsAMonth)
}

function usageOf(name: string): Usage {
  const usage = CALLS[name]
  if (!usage) throw new Error(`no measured usage of '${name}'; run: npm run bench -- cost --write`)
  return usage
}

/** Usage of a metrics request: that of a single step, plus the cost of its values. */
function metricsUsage(steps: number, metrics: number): Usage {
  const least = usageOf('metrics, 1 step')
  const bytes = CHUNK_BYTES + steps * metrics * VALUE_BYTES
  return {
    ...least,
    write: 1 + Math.ceil(bytes / WRITE_UNIT_BYTES),
    stored: bytes + ITEM_BYTES,
    // Only the time per value grows.
    cpuMs: figures.metricsMs.base + steps * metrics * figures.metricsMs.each,
  }
}

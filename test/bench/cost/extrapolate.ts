/** Extrapolates the cost of a large sweep from the calls of small ones. */
import { type Calls, SQS_REQUESTS_PER_MESSAGE, type Usage } from '@chimney/sdk/cost/bill'
import type { World } from '../../flow/world.ts'
import type { Meter } from './measure.ts'
import {
  dispatchedSweep,
  metricsCall,
  pulledSweep,
  type Scale,
  STEPS_PER_SECOND,
  singleCalls,
} from './sweeps.ts'

/** The sweep that the cost budget is defined for. */
export const REFERENCE: Scale = { trials: 1_000, agents: 10, steps: 1_000, stepsPerCall: 50 }
/** The sweep that is measured. It has as many agents, because the cost of `reconcile` depends on the running trials. */
const SMALL: Scale = { trials: 20, agents: 10, steps: 200, stepsPerCall: 50 }

export interface Measured {
  readonly pulled: Meter
  readonly dispatched: Meter
  readonly single: Meter
}

export async function measure(world: () => Promise<World>): Promise<Measured> {
  return {
    pulled: await pulledSweep(await world(), SMALL),
    dispatched: await dispatchedSweep(await world(), SMALL),
    single: await singleCalls(await world()),
  }
}

/** CPU milliseconds per call, by name. Recorded, because measurements vary. */
export type Milliseconds = Readonly<Record<string, number>>

export function averageOf(meter: Meter, name: string, milliseconds: Milliseconds): Usage {
  const usages = meter.usages.get(name)
  const cpuMs = milliseconds[name]
  if (!usages || cpuMs === undefined)
    throw new Error(`no recorded figures for '${name}'; run: npm run bench -- cost --write --times`)
  const mean = (of: (usage: Usage) => number) =>
    usages.reduce((sum, usage) => sum + of(usage), 0) / usages.length
  return {
    read: mean(({ read }) => read),
    write: mean(({ write }) => write),
    index: mean(({ index }) => index),
    stored: mean(({ stored }) => stored),
    messages: mean(({ messages }) => messages),
    answered: mean(({ answered }) => answered),
    logged: mean(({ logged }) => logged),
    requests: mean(({ requests }) => requests),
    cpuMs,
  }
}

/** How long a sweep takes when its agents are never idle. */
export const minutesOf = ({ trials, steps, agents }: Scale): number =>
  Math.ceil(((trials / agents) * (steps / STEPS_PER_SECOND)) / 60)

export function pulledCalls(measured: Measured, milliseconds: Milliseconds, scale: Scale): readonly Calls[] {
  const { pulled, single } = measured
  const metrics = metricsCall(scale.stepsPerCall)
  const calls = [
    { name: 'create sweep', times: 1 },
    { name: 'next trial', times: scale.trials },
    { name: metrics, times: (scale.trials * scale.steps) / scale.stepsPerCall },
    { name: 'finish', times: scale.trials - 1 },
    { name: 'finish, the last', times: 1 },
    { name: 'reconcile', times: minutesOf(scale) },
  ]
  return calls.map(({ name, times }) => {
    const meter = pulled.usages.has(name) ? pulled : single
    return { name, times, average: averageOf(meter, name, milliseconds) }
  })
}

export function dispatchedCalls(
  { dispatched }: Measured,
  milliseconds: Milliseconds,
  scale: Scale,
): readonly Calls[] {
  return [
    { name: 'create sweep and dispatch', times: 1 },
    { name: 'claim', times: scale.trials },
    { name: metricsCall(scale.stepsPerCall), times: (scale.trials * scale.steps) / scale.stepsPerCall },
    { name: 'finish and dispatch', times: scale.trials - scale.agents },
    { name: 'finish', times: scale.agents - 1 },
    { name: 'finish, the last', times: 1 },
    { name: 'reconcile', times: minutesOf(scale) },
  ].map(({ name, times }) => ({ name, times, average: averageOf(dispatched, name, milliseconds) }))
}

/** Each trial is one message: sent, received and deleted. Polls are not counted: Lambda polls with or without a sweep. */
export const sqsRequestsOf = ({ trials }: Scale): number => SQS_REQUESTS_PER_MESSAGE * trials

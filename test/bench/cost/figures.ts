import type { Usage } from '@chimney/sdk/cost/bill'
import { averageOf, type Measured, type Milliseconds } from './extrapolate.ts'

/** Lambda keeps five long polls of 20 s open on a queue, even an empty one. */
export const POLLS_PER_MINUTE = 15
const MINUTES_PER_MONTH = 30 * 24 * 60
const METRICS = 5

const roundToTenths = (value: number) => Math.round(value * 10) / 10

/** The figures of `chimney cost`: `packages/sdk/src/cost/figures.json`. */
export function figuresOf({ pulled, single }: Measured, milliseconds: Milliseconds) {
  const average = (name: string) => {
    const usage = averageOf(pulled.usages.has(name) ? pulled : single, name, milliseconds)
    return Object.fromEntries(
      Object.entries(usage).map(([key, value]) => [key, roundToTenths(value)]),
    ) as unknown as Usage
  }
  const names = [
    'create sweep',
    'next trial',
    'metrics, 1 step',
    'metrics, 50 steps',
    'metrics, 200 steps',
    'finish',
    'reconcile',
    'reconcile, nothing open',
  ]
  const calls = Object.fromEntries(names.map((name) => [name, average(name)]))
  const msOf = (steps: number) => calls[`metrics, ${steps} steps`]!.cpuMs
  const each = Math.max(0, (msOf(200) - msOf(50)) / (150 * METRICS))
  return {
    calls,
    metricsMs: { base: roundToTenths(msOf(50) - 50 * METRICS * each), each: Math.round(each * 1e4) / 1e4 },
    pollsAMonth: POLLS_PER_MINUTE * MINUTES_PER_MONTH,
  }
}

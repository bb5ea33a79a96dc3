import type { Usage } from '@chimney/sdk/cost/bill'
import { averageOf, type Measured, type Milliseconds } from './extrapolate.ts'

/** Lambda asks a queue with five long polls of 20 s at a time, also while nothing is in it. */
export const POLLS_PER_MINUTE = 15
const MINUTES_A_MONTH = 30 * 24 * 60
const METRICS = 5

const tenths = (value: number) => Math.round(value * 10) / 10

/** What the calculator of the command line knows, `packages/sdk/src/cost/figures.json`. */
export function figuresOf({ pulled, single }: Measured, milliseconds: Milliseconds) {
  const average = (name: string) => {
    const usage = averageOf(pulled.usages.has(name) ? pulled : single, name, milliseconds)
    return Object.fromEntries(
      Object.entries(usage).map(([key, value]) => [key, tenths(value)]),
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
    metricsMs: { base: tenths(msOf(50) - 50 * METRICS * each), each: Math.round(each * 1e4) / 1e4 },
    pollsAMonth: POLLS_PER_MINUTE * MINUTES_A_MONTH,
  }
}

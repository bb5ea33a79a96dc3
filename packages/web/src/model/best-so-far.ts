import type { TrialBody } from '@chimney/core/schema/api/trials'
import { endTimeOf } from './end-time.ts'
import type { Goal } from './trial-table.ts'

/** What a sweep has spent when it has a result: trials, wall-clock seconds, or seconds of all trials together. */
export const BUDGETS = ['trials', 'time', 'compute'] as const
export type Budget = (typeof BUDGETS)[number]

/** Ended trials in the order of their ends, with what was spent by then. */
function spent(
  trials: readonly TrialBody[],
  budget: Budget,
): readonly { readonly trial: TrialBody; readonly x: number }[] {
  const ended = trials
    .filter(({ state }) => state !== 'queued' && state !== 'running')
    .map((trial) => ({ trial, end: endTimeOf(trial) }))
    .sort((a, b) => a.end - b.end || a.trial.number - b.trial.number)
  const start = trials.reduce(
    (first, { created_at }) => Math.min(first, Date.parse(created_at)),
    Number.POSITIVE_INFINITY,
  )
  let compute = 0
  return ended.map(({ trial, end }, i) => {
    compute += Math.max(0, end - Date.parse(trial.started_at ?? trial.created_at)) / 1000
    return { trial, x: budget === 'trials' ? i + 1 : budget === 'time' ? (end - start) / 1000 : compute }
  })
}

/** The best value over a budget, as steps. Values of trials that were stopped early or are infeasible do not count. */
export function bestSoFar(
  trials: readonly TrialBody[],
  goal: Goal,
  budget: Budget,
): { readonly xs: readonly number[]; readonly ys: readonly number[] } {
  const sign = goal === 'maximize' ? 1 : -1
  const [xs, ys]: [number[], number[]] = [[], []]
  const all = spent(trials, budget)
  for (const { trial, x } of all) {
    const value = resultOf(trial)
    if (value === undefined || trial.state === 'stopped') continue
    if (ys.length > 0 && sign * value <= sign * ys[ys.length - 1]!) continue
    xs.push(x)
    ys.push(value)
  }
  const end = all[all.length - 1]?.x
  if (ys.length > 0 && end !== undefined && end > xs[xs.length - 1]!) {
    xs.push(end)
    ys.push(ys[ys.length - 1]!)
  }
  return { xs, ys }
}

/** The value of an ended and feasible trial. JSON has no infinity: it arrives as text. */
export function resultOf({ state, value, feasible }: TrialBody): number | undefined {
  if (state === 'queued' || state === 'running' || feasible === false) return undefined
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

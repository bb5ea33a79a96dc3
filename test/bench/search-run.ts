import { samplerFor } from '@chimney/core/samplers/pick'
import type { Infeasible, Observation, Pending } from '@chimney/core/samplers/sampler'
import { stringifyJson } from '@chimney/core/schema/json'
import { parseSweepConfig } from '@chimney/core/schema/parse-sweep-config'
import { buildSpace } from '@chimney/core/space/build-space'
import type { SearchProblem } from './search-problems.ts'

export interface SearchResult {
  /** (best − minimum) / unit after half of the budget, and after all of it. */
  readonly half: number
  readonly regret: number
  readonly duplicates: number
  /** Of each suggestion. */
  readonly millis: readonly number[]
}

/** One search: `parallel` trials are out at a time, in rounds, each suggested by a request of its own. */
export function runSearch(
  problem: SearchProblem,
  method: string,
  seed: number,
  parallel: number,
): SearchResult {
  const { config } = parseSweepConfig(
    JSON.stringify({ method, metric: { name: 'loss' }, parameters: problem.parameters }),
  )
  const space = buildSpace(config.parameters)
  const sampler = samplerFor(config, space)
  const observations: Observation[] = []
  const infeasible: Infeasible[] = []
  const millis: number[] = []
  const seen = new Set<string>()
  let duplicates = 0
  let best = Number.POSITIVE_INFINITY
  let half = best
  for (let done = 0; done < problem.budget; ) {
    const pending: Pending[] = []
    for (let p = 0; p < parallel && done < problem.budget; p++, done++) {
      const start = performance.now()
      const [suggestion] = sampler.suggest({
        space,
        seed,
        slots: [{ number: done + 1, index: done }],
        history: { observations, infeasible, pending },
        enqueued: [],
      })
      millis.push(performance.now() - start)
      pending.push({ number: done + 1, params: suggestion!.params })
      const key = stringifyJson(suggestion!.params)
      if (seen.has(key)) duplicates++
      seen.add(key)
    }
    for (const { number, params } of pending) {
      const loss = problem.loss(params)
      if (Number.isFinite(loss)) observations.push({ number, params, loss })
      else infeasible.push({ number, params })
      best = Math.min(best, loss)
      if (number <= problem.budget / 2) half = best
    }
  }
  const scaled = (loss: number) => Math.max(0, loss - problem.minimum) / problem.unit
  return { half: scaled(half), regret: scaled(best), duplicates, millis }
}

import { samplerFor } from '@chimney/core/samplers/pick'
import type { Infeasible, Observation, Pending } from '@chimney/core/samplers/sampler'
import { stringifyJson } from '@chimney/core/schema/json'
import type { Params } from '@chimney/core/schema/params'
import { parseSweepConfig } from '@chimney/core/schema/parse-sweep-config'
import { buildSpace } from '@chimney/core/space/build-space'
import type { SearchProblem } from './problems.ts'

/** What one search came to. */
export interface Outcome {
  /** (best − minimum) / unit after half of the budget, and after all of it. */
  readonly half: number
  readonly regret: number
  /** Points that were tried before. */
  readonly duplicates: number
}

/** Somebody who searches: asked for as many points as run at a time, then told their losses, NaN for none, in that order. */
export interface Searcher {
  readonly ask: () => Params | Promise<Params>
  readonly tell: (losses: readonly number[]) => void
}

/** One search in rounds of `parallel` trials. */
export async function play(problem: SearchProblem, parallel: number, searcher: Searcher): Promise<Outcome> {
  const seen = new Set<string>()
  let duplicates = 0
  let best = Number.POSITIVE_INFINITY
  let half = best
  for (let done = 0; done < problem.budget; ) {
    const losses: number[] = []
    for (let p = 0; p < parallel && done + p < problem.budget; p++) {
      const params = await searcher.ask()
      const key = stringifyJson(params)
      if (seen.has(key)) duplicates++
      seen.add(key)
      losses.push(problem.loss(params))
    }
    searcher.tell(losses)
    for (const loss of losses) {
      done++
      if (loss < best) best = loss
      if (done <= problem.budget / 2) half = best
    }
  }
  const scaled = (loss: number) => Math.max(0, loss - problem.minimum) / problem.unit
  return { half: scaled(half), regret: scaled(best), duplicates }
}

/** A method of this project. `millis` takes the time of each suggestion. */
export function ownSearcher(
  problem: SearchProblem,
  method: string,
  seed: number,
  millis: number[] = [],
): Searcher {
  const { config } = parseSweepConfig(
    JSON.stringify({ method, metric: { name: 'loss' }, parameters: problem.parameters }),
  )
  const space = buildSpace(config.parameters)
  const sampler = samplerFor(config, space)
  const observations: Observation[] = []
  const infeasible: Infeasible[] = []
  let pending: Pending[] = []
  let asked = 0
  return {
    ask: () => {
      const start = performance.now()
      const [suggestion] = sampler.suggest({
        space,
        seed,
        slots: [{ number: asked + 1, index: asked }],
        history: { observations, infeasible, pending },
        enqueued: [],
      })
      millis.push(performance.now() - start)
      pending.push({ number: ++asked, params: suggestion!.params })
      return suggestion!.params
    },
    tell: (losses) => {
      for (const [i, { number, params }] of pending.entries()) {
        const loss = losses[i]!
        if (Number.isFinite(loss)) observations.push({ number, params, loss })
        else infeasible.push({ number, params })
      }
      pending = []
    },
  }
}

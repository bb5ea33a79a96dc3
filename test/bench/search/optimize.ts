import { normalQuantile } from '@chimney/core/math/normal'
import { rngOf } from '@chimney/core/math/rng'
import { samplerFor } from '@chimney/core/samplers/pick'
import type { Infeasible, Observation, Pending, Prior } from '@chimney/core/samplers/sampler'
import { stringifyJson } from '@chimney/core/schema/json'
import type { Params } from '@chimney/core/schema/params'
import { parseSweepConfig } from '@chimney/core/schema/parse-sweep-config'
import { buildSpace } from '@chimney/core/space/build-space'
import type { SearchProblem } from './problem.ts'

/** The result of one search. */
export interface Outcome {
  /** (best − minimum) / unit after half of the budget, and after all of it. */
  readonly half: number
  readonly regret: number
  /** Points that were evaluated before. */
  readonly duplicates: number
}

/** `loss`: NaN for a trial without one. `slacks`: see {@link SearchProblem}; empty without constraints. */
export interface Measured {
  readonly loss: number
  readonly slacks: readonly number[]
}

/** `suggest` is called once per trial of a batch, then `observe` with their results in that order. */
export interface Optimizer {
  /** `enqueued`: what a user wants tried next. */
  readonly suggest: (enqueued?: Params) => Params | Promise<Params>
  readonly observe: (results: readonly Measured[]) => void
  /** The place of the trial that is recommended, from 0; see {@link SearchProblem.noise}. */
  readonly recommend?: () => number
}

const NOISE_STREAM = 0x6e6f

/** One search in batches of `parallel` trials. The seed draws noise. */
export async function optimize(
  problem: SearchProblem,
  parallel: number,
  optimizer: Optimizer,
  seed = 0,
): Promise<Outcome> {
  if (problem.noise !== undefined) return optimizeNoisy(problem, problem.noise, parallel, optimizer, seed)
  const evaluated = new Set<string>()
  let duplicates = 0
  let best = Number.POSITIVE_INFINITY
  let half = best
  for (let done = 0; done < problem.budget; ) {
    const results: Measured[] = []
    for (let p = 0; p < parallel && done + p < problem.budget; p++) {
      const params = await optimizer.suggest()
      const key = stringifyJson(params)
      if (evaluated.has(key)) duplicates++
      evaluated.add(key)
      results.push({ loss: problem.loss(params), slacks: problem.slacks?.(params) ?? [] })
    }
    optimizer.observe(results)
    for (const { loss, slacks } of results) {
      done++
      if (loss < best && slacks.every((slack) => slack <= 0)) best = loss
      if (done <= problem.budget / 2) half = best
    }
  }
  const scaled = (loss: number) => Math.max(0, loss - problem.minimum) / problem.unit
  return { half: scaled(half), regret: scaled(best), duplicates }
}

async function optimizeNoisy(
  problem: SearchProblem,
  noise: number,
  parallel: number,
  optimizer: Optimizer,
  seed: number,
): Promise<Outcome> {
  const rng = rngOf(seed, NOISE_STREAM)
  const evaluated = new Set<string>()
  const truths: number[] = []
  const losses: number[] = []
  const recommended = () => truths[optimizer.recommend?.() ?? losses.indexOf(Math.min(...losses))]!
  let half = Number.POSITIVE_INFINITY
  while (truths.length < problem.budget) {
    const results: Measured[] = []
    for (let p = 0; p < parallel && truths.length < problem.budget; p++) {
      const params = await optimizer.suggest()
      evaluated.add(stringifyJson(params))
      truths.push(problem.loss(params))
      results.push({ loss: truths.at(-1)! + noise * normalQuantile(rng.uniform()), slacks: [] })
    }
    optimizer.observe(results)
    losses.push(...results.map(({ loss }) => loss))
    if (truths.length <= problem.budget / 2) half = recommended()
  }
  const scaled = (loss: number) => Math.max(0, loss - problem.minimum) / problem.unit
  return { half: scaled(half), regret: scaled(recommended()), duplicates: truths.length - evaluated.size }
}

/** A method of Chimney. */
export function chimneyOptimizer(
  problem: SearchProblem,
  method: string,
  seed: number,
  prior: readonly Prior[] = [],
): Optimizer {
  const count = problem.slacks?.(anyParams(problem)).length ?? 0
  const { config } = parseSweepConfig(
    JSON.stringify({
      method,
      metric: { name: 'loss' },
      parameters: problem.parameters,
      ...(count > 0 && { constraints: Array.from({ length: count }, (_, i) => ({ name: `c${i}`, max: 0 })) }),
    }),
  )
  const space = buildSpace(config.parameters)
  const sampler = samplerFor(config, space)
  const observations: Observation[] = []
  const infeasible: Infeasible[] = []
  let pending: Pending[] = []
  let suggested = 0
  return {
    suggest: (enqueued) => {
      if (enqueued !== undefined) {
        pending.push({ number: ++suggested, params: enqueued })
        return enqueued
      }
      const [suggestion] = sampler.suggest({
        space,
        seed,
        slots: [{ number: suggested + 1, index: suggested }],
        history: { observations, infeasible, pending, prior },
        enqueued: [],
      })
      pending.push({ number: ++suggested, params: suggestion!.params })
      return suggestion!.params
    },
    observe: (results) => {
      for (const [i, { number, params }] of pending.entries()) {
        const { loss, slacks } = results[i]!
        if (Number.isFinite(loss)) observations.push({ number, params, loss, ...judged(slacks) })
        else infeasible.push({ number, params })
      }
      pending = []
    },
  }
}

const judged = (slacks: readonly number[]): Pick<Observation, 'violation' | 'slacks'> =>
  slacks.length === 0 ? {} : { slacks, violation: slacks.reduce((sum, slack) => sum + Math.max(0, slack), 0) }

/** The first value of each parameter, to count constraints. */
const anyParams = ({ parameters }: SearchProblem): Params =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, spec]) => {
      const { min, values } = spec as { min?: number; values?: readonly (string | number)[] }
      return [name, min ?? values![0]!]
    }),
  )

import { Problem } from '../schema/problem.ts'
import type { Method, SweepConfig } from '../schema/sweep-config.ts'
import type { Space } from '../space/space.ts'
import { cmaes } from './cmaes.ts'
import { gp } from './gp.ts'
import { grid } from './grid.ts'
import { guided } from './multi/guided.ts'
import { portfolio } from './portfolio.ts'
import { random } from './random.ts'
import type { Sampler } from './sampler.ts'
import { sobol } from './sobol.ts'
import { tpe } from './tpe.ts'

const SAMPLERS: Record<Exclude<Method, 'custom'>, (space: Space) => Sampler> = {
  bayes: portfolio,
  cmaes,
  gp,
  grid,
  random,
  sobol,
  tpe,
}

/**
 * The sampler for a config. Throws `Problem('invalid', 'method-not-available')` for sweeps whose parameters are chosen by a
 * local controller.
 */
export function samplerFor(config: SweepConfig, space: Space): Sampler {
  if (config.controller?.type === 'local' || config.method === 'custom') {
    throw unavailable(
      config.method === 'custom' ? 'method' : 'controller.type',
      'this sweep leaves the choice of parameters to a local controller, which the service does not run',
      "use method bayes, gp, tpe, cmaes, random, sobol or grid, without 'controller'",
    )
  }
  const sampler = SAMPLERS[config.method](space)
  const objectives = config.metrics?.length ?? 1
  if (objectives === 1 && !config.constraints?.length) return sampler
  return guided(sampler, objectives, config.method === 'tpe' ? 1 : LAYERED)
}

/** Share of ranked slots for methods that predict values. Ranks do better on concave fronts and deceptive values. */
const LAYERED = 0.25

function unavailable(path: string, message: string, fix: string): Problem {
  return new Problem('invalid', 'method-not-available', `${message}; ${fix}`, {
    issues: [{ path, message, fix }],
  })
}

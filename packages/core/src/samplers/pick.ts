import { Problem } from '../schema/problem.ts'
import type { Method, SweepConfig } from '../schema/sweep-config.ts'
import type { Space } from '../space/space.ts'
import { gp } from './gp.ts'
import { grid } from './grid.ts'
import { portfolio } from './portfolio.ts'
import { random } from './random.ts'
import type { Sampler } from './sampler.ts'
import { sobol } from './sobol.ts'
import { tpe } from './tpe.ts'

const SAMPLERS: Partial<Record<Method, (space: Space) => Sampler>> = {
  bayes: portfolio,
  gp,
  grid,
  random,
  sobol,
  tpe,
}

/**
 * The sampler for a config. Throws `Problem('invalid', 'method-not-available')` for methods that do not exist here, and
 * for sweeps whose parameters are chosen by a controller of the user's.
 */
export function samplerFor(config: SweepConfig, space: Space): Sampler {
  if (config.controller?.type === 'local' || config.method === 'custom') {
    throw unavailable(
      config.method === 'custom' ? 'method' : 'controller.type',
      'this sweep leaves the choice of parameters to a local controller, which the service does not run',
      "use method bayes, gp, tpe, random, sobol or grid, without 'controller'",
    )
  }
  const make = SAMPLERS[config.method]
  if (make === undefined) {
    throw unavailable(
      'method',
      `method ${config.method} is not available yet`,
      'use method bayes, gp, tpe, random, sobol or grid',
    )
  }
  return make(space)
}

function unavailable(path: string, message: string, fix: string): Problem {
  return new Problem('invalid', 'method-not-available', `${message}; ${fix}`, {
    issues: [{ path, message, fix }],
  })
}

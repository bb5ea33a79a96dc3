import { random } from '@chimney/core/samplers/random'
import { EMPTY_HISTORY } from '@chimney/core/samplers/sampler'
import { isObject, type Json } from '@chimney/core/schema/json'
import type { Params } from '@chimney/core/schema/params'
import { type Issue, Problem } from '@chimney/core/schema/problem'
import { fitParams } from '@chimney/core/space/check-params'
import type { Space } from '@chimney/core/space/space'

/** Validates the given values against the space and samples the missing ones, the same for the same seed and number. */
export function completeParams(space: Space, seed: number, number: number, given: Json): Params {
  if (!isObject(given))
    throw invalidParams([{ path: 'params', message: 'params must be an object of values by parameter name' }])
  const slot = { number, index: 0 }
  const [drawn] = random(space).suggest({ space, seed, slots: [slot], history: EMPTY_HISTORY, enqueued: [] })
  const { params, issues } = fitParams(space, { ...drawn?.params, ...given })
  if (issues.length > 0)
    throw invalidParams(issues.map((issue) => ({ ...issue, path: `params.${issue.path}` })))
  return params
}

const invalidParams = (issues: readonly Issue[]): Problem =>
  new Problem(
    'invalid',
    'invalid-params',
    `these parameters are not in the space of the sweep: ${issues[0]?.message}`,
    { issues },
  )

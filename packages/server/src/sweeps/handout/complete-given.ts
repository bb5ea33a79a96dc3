import { isObject, type Json } from '@chimney/core/schema/json'
import type { Params } from '@chimney/core/schema/params'
import { type Issue, Problem } from '@chimney/core/schema/problem'
import { completeEnqueued, type Search } from '@chimney/core/sweep/plan'

/** Checks given parameters and completes them, see {@link completeEnqueued}. Throws `Problem('invalid', 'invalid-params')`. */
export function completeGiven(search: Search, number: number, given: Json): Params {
  if (!isObject(given))
    throw invalidParams([{ path: 'params', message: 'params must be an object of values by parameter name' }])
  const { params, issues } = completeEnqueued(search, number, given)
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

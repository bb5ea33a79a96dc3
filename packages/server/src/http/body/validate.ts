import { type Issue, Problem } from '@chimney/core/schema/problem'
import type * as z from 'zod'

/** Parses input of the API. Throws `Problem('invalid', code)`, which lists every error and its path. */
export function validate<S extends z.ZodType>(
  schema: S,
  input: unknown,
  code: string,
  what: string,
): z.output<S> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const all = parsed.error.issues
  // Refinements of the whole value follow from the errors of its parts.
  const parts = all.filter((issue) => issue.code !== 'custom' || issue.path.length > 0)
  const issues = (parts.length > 0 ? parts : all).flatMap(issuesOf)
  const first = issues[0]
  const where = first?.path ? ` at ${first.path}` : ''
  throw new Problem('invalid', code, `${what} is not valid${where}: ${first?.message ?? 'see errors'}`, {
    issues,
  })
}

/** Unknown keys of one object that are listed. */
const MAX_KEYS = 100

function issuesOf(issue: z.core.$ZodIssue): Issue[] {
  const path = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, MAX_KEYS).map((key) => ({
      path: path === '' ? key : `${path}.${key}`,
      message: 'is not a known key',
      fix: 'remove it, or look up its spelling at /docs',
    }))
  return [{ path, message: issue.message }]
}

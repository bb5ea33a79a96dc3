import {
  AgentName,
  Entity,
  Project,
  type ProjectKey,
  RunId,
  type RunKey,
  SweepId,
  type SweepKey,
} from '@chimney/core/schema/names'
import { type Issue, Problem } from '@chimney/core/schema/problem'
import * as z from 'zod'

/** What each `{segment}` of a route's path must be. */
export const SEGMENTS = {
  entity: Entity,
  project: Project,
  sweep: SweepId,
  run: RunId,
  agent: AgentName,
  key: z.string().regex(/^[a-z0-9]{1,64}$/, 'key must be the id of a key: lower-case letters or digits'),
} as const

/** The decoded segments; one that the route does not have is ''. */
export type PathNames = Readonly<Record<keyof typeof SEGMENTS, string>>

const NO_NAMES: PathNames = { entity: '', project: '', sweep: '', run: '', agent: '', key: '' }

/** Matches a path against a route's template; the raw segments by name, or undefined. */
export function matcher(template: string): (path: string) => Record<string, string> | undefined {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)
  const pattern = new RegExp(`^${template.replaceAll('.', '\\.').replace(/\{\w+\}/g, '([^/]+)')}$`)
  return (path) => {
    const match = pattern.exec(path)
    return match ? Object.fromEntries(names.map((name, i) => [name, match[i + 1]!])) : undefined
  }
}

/** Decodes and checks segments. Throws `Problem('invalid', 'invalid-path')`. */
export function pathNames(raw: Readonly<Record<string, string>>): PathNames {
  const issues: Issue[] = []
  const names: Record<string, string> = {}
  for (const [name, text] of Object.entries(raw)) {
    const decoded = decodeSegment(text)
    const parsed = decoded === undefined ? undefined : SEGMENTS[name as keyof PathNames].safeParse(decoded)
    if (parsed?.success) names[name] = parsed.data
    else
      issues.push({
        path: name,
        message: parsed?.error.issues[0]?.message ?? 'is not valid percent-encoding',
      })
  }
  if (issues.length > 0)
    throw new Problem('invalid', 'invalid-path', `the path is not valid: ${issues[0]!.message}`, { issues })
  return { ...NO_NAMES, ...names }
}

function decodeSegment(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

export const projectKeyOf = ({ entity, project }: PathNames): ProjectKey => ({ entity, project })
export const sweepKeyOf = ({ entity, project, sweep }: PathNames): SweepKey => ({ entity, project, sweep })
export const runKeyOf = ({ entity, project, run }: PathNames): RunKey => ({ entity, project, run })

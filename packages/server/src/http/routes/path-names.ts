import { CollectionName, VersionName } from '@chimney/core/schema/api/artifact-requests'
import { ReportId } from '@chimney/core/schema/api/reports'
import { ViewName, ViewPage } from '@chimney/core/schema/api/views'
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
import type { Context } from 'hono'
import * as z from 'zod'
import type { AppEnv } from '../app-env.ts'

/** Schemas of the path parameters. */
export const SEGMENTS = {
  entity: Entity,
  project: Project,
  sweep: SweepId,
  run: RunId,
  agent: AgentName,
  number: z.string().regex(/^[1-9]\d{0,6}$/, 'number must be the number of a trial: 1, 2, 3, …'),
  collection: CollectionName,
  page: ViewPage,
  view: ViewName,
  report: ReportId,
  version: VersionName,
  webhook: z
    .string()
    .regex(/^[a-z0-9]{1,64}$/, 'webhook must be the id of a webhook: lower-case letters or digits'),
  key: z.string().regex(/^[a-z0-9]{1,64}$/, 'key must be the id of a key: lower-case letters or digits'),
} as const

/** The decoded path parameters; '' for those that the route does not have. */
export type PathNames = Readonly<Record<keyof typeof SEGMENTS, string>>

const NO_NAMES: PathNames = {
  entity: '',
  project: '',
  sweep: '',
  run: '',
  agent: '',
  number: '',
  webhook: '',
  key: '',
  collection: '',
  page: '',
  view: '',
  report: '',
  version: '',
}

/** Validates decoded path parameters. `path` is the raw path. Throws `Problem('invalid', 'invalid-path')`. */
export function pathNames(params: Readonly<Record<string, string>>, path: string): PathNames {
  if (!isDecodable(path)) throw invalidPath([{ path: '', message: 'is not valid percent-encoding' }])
  const issues: Issue[] = []
  const names: Record<string, string> = {}
  for (const [name, text] of Object.entries(params)) {
    const parsed = SEGMENTS[name as keyof PathNames].safeParse(text)
    if (parsed.success) names[name] = parsed.data
    else issues.push({ path: name, message: parsed.error.issues[0]?.message ?? 'is not valid' })
  }
  if (issues.length > 0) throw invalidPath(issues)
  return { ...NO_NAMES, ...names }
}

const invalidPath = (issues: Issue[]): Problem =>
  new Problem('invalid', 'invalid-path', `the path is not valid: ${issues[0]!.message}`, { issues })

/** Hono leaves malformed percent-encoding as it is. */
function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** The path parameters that `access` validated, for middlewares after it. */
export const namesOf = (c: Context<AppEnv>): PathNames => c.req.valid('param' as never)

export const projectKeyOf = ({ entity, project }: PathNames): ProjectKey => ({ entity, project })
export const sweepKeyOf = ({ entity, project, sweep }: PathNames): SweepKey => ({ entity, project, sweep })
export const runKeyOf = ({ entity, project, run }: PathNames): RunKey => ({ entity, project, run })

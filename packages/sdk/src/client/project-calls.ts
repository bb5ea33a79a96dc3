import type { Page } from '@chimney/core/schema/api/page'
import type { ProjectBody } from '@chimney/core/schema/api/projects'
import type { BackupPage, Restored, RestoreRequest } from '@chimney/core/schema/backup'
import { ChimneyError } from '../error.ts'
import type { Connection, PageQuery } from './connection.ts'

export const projectCalls = ({ call, defaultEntity, projectAt, projectRoute }: Connection) => ({
  /** Completes a short project path. */
  projectAt,
  listProjects: async (entity?: string, query: PageQuery = {}) => {
    const owner = entity ?? (await defaultEntity())
    if (!owner) throw new ChimneyError('bad-path', 'name an entity, or run `chimney login`')
    return call<Page<ProjectBody>>({
      method: 'GET',
      path: `/v1/${encodeURIComponent(owner)}/projects`,
      query: { ...query },
    })
  },
  /** One page of all stored items of a project. Needs an admin key. */
  readBackup: async (project?: string, cursor?: string) =>
    call<BackupPage>({ method: 'GET', path: await projectRoute(project, '/backup'), query: { cursor } }),
  /** Writes items of a backup to a project; existing items stay unchanged. Needs an admin key. */
  restore: async (project: string | undefined, body: RestoreRequest) =>
    call<Restored>({ method: 'POST', path: await projectRoute(project, '/backup'), body }),
})

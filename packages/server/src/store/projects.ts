import type { ProjectKey } from '@chimney/core/schema/names'
import type { UnixMs } from '../clock.ts'
import type { Page, Paged } from './page.ts'

/** What is known of a project. */
export interface ProjectRecord extends ProjectKey {
  readonly createdAt: UnixMs
}

export interface ProjectStore {
  /** Makes the project if it is new; true when this call made it. */
  ensureProject(key: ProjectKey, now: UnixMs): Promise<boolean>
  getProject(key: ProjectKey): Promise<ProjectRecord | undefined>
  /** By name, ascending. */
  listProjects(entity: string, page: Page): Promise<Paged<ProjectRecord>>
}

import type { ProjectKey } from '@chimney/core/schema/names'
import type { UnixMs } from '../clock.ts'
import type { Page, Paged } from './page.ts'

export interface ProjectRecord extends ProjectKey {
  readonly createdAt: UnixMs
}

export interface ProjectStore {
  /** Creates the project if it does not exist; true when this call created it. */
  ensureProject(key: ProjectKey, now: UnixMs): Promise<boolean>
  getProject(key: ProjectKey): Promise<ProjectRecord | undefined>
  /** The project alone, not what it holds. Idempotent. */
  deleteProject(key: ProjectKey): Promise<void>
  /** By name, ascending. */
  listProjects(entity: string, page: Page): Promise<Paged<ProjectRecord>>
}

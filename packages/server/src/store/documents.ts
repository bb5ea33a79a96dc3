import type { ProjectKey } from '@chimney/core/schema/names'
import type { Page, Paged } from './page.ts'

/** A small text of a project, at most 300 KB, that no trial depends on: what an API keeps besides runs and sweeps. */
export interface DocumentRecord {
  /** Parts separated by slashes; 1 to 500 characters in total. */
  readonly name: string
  readonly text: string
  readonly rev: number
}

/** Documents of webhooks. They hold secrets, so backups leave them out. */
export const WEBHOOK_PREFIX = 'webhook/'

export interface DocumentStore {
  /** Writes a document if its `rev` is still `next.rev - 1` (0 for a new one); false when another writer was first. */
  putDocument(project: ProjectKey, next: DocumentRecord): Promise<boolean>
  getDocument(project: ProjectKey, name: string): Promise<DocumentRecord | undefined>
  /** Documents whose name starts with `prefix`, ascending by name. */
  listDocuments(project: ProjectKey, prefix: string): Promise<readonly DocumentRecord[]>
  /** A page of them. */
  pageDocuments(project: ProjectKey, prefix: string, page: Page): Promise<Paged<DocumentRecord>>
  /** Idempotent. */
  deleteDocument(project: ProjectKey, name: string): Promise<void>
}

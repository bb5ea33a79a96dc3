import type { ProjectKey } from '@chimney/core/schema/names'

/** A small text of a project that no trial depends on: what a door keeps besides runs and sweeps. At most 300 KB. */
export interface DocumentRecord {
  /** Parts between slashes; 1 to 500 characters in all. */
  readonly name: string
  readonly text: string
  readonly rev: number
}

export interface DocumentStore {
  /** Writes a document if its `rev` is still `next.rev - 1` (0 for a new one); false when another writer was first. */
  putDocument(project: ProjectKey, next: DocumentRecord): Promise<boolean>
  getDocument(project: ProjectKey, name: string): Promise<DocumentRecord | undefined>
  /** Those whose name begins with `prefix`, ascending by name. */
  listDocuments(project: ProjectKey, prefix: string): Promise<readonly DocumentRecord[]>
  /** Repeating it is harmless. */
  deleteDocument(project: ProjectKey, name: string): Promise<void>
}

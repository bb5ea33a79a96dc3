import type { ProjectKey, RunKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'

/** Copies of ended runs are valid except for the runs that are noted here: the table has newer values of those. */
const PREFIX = 'edited-runs/'

export const runCopiesPrefix = ({ entity, project }: ProjectKey): string =>
  `run-blocks/${encodeURIComponent(entity)}/${encodeURIComponent(project)}/`

export interface EditedRun {
  /** Name of the document. */
  readonly name: string
  readonly run: string
  /** Unix ms. */
  readonly at: number
}

/** Before the change of a run that has ended: a change without a note would stay invisible in copies. */
export async function noteEdited(deps: Pick<Deps, 'store' | 'clock'>, key: RunKey): Promise<void> {
  const name = `${PREFIX}${deps.clock.now()}/${key.run}`
  // A second note at the same time says the same.
  await deps.store.putDocument(key, { name, text: '', rev: 1 })
}

export async function listEdited(
  deps: Pick<Deps, 'store'>,
  project: ProjectKey,
): Promise<readonly EditedRun[]> {
  const documents = await deps.store.listDocuments(project, PREFIX)
  return documents.map(({ name }) => {
    const [at = '', ...run] = name.slice(PREFIX.length).split('/')
    return { name, run: run.join('/'), at: Number(at) }
  })
}

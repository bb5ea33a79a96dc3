import { isObject, type Json, parseJson, stringifyJson } from '@chimney/core/schema/json'
import type { ProjectKey, SweepKey } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import type { Space } from '@chimney/core/space/space'
import { priorParams } from '@chimney/core/sweep/prior'
import type { Deps } from '../deps.ts'
import type { SweepRecord } from '../store/store.ts'

const documentOf = ({ sweep }: SweepKey): string => `prior-cells/${sweep}`

/** The points of a grid at which these runs of the project have been, whatever came out of it: as with W&B they are not run again. */
export async function gatherCells(
  deps: Pick<Deps, 'store'>,
  project: ProjectKey,
  space: Space,
  runs: readonly string[],
): Promise<readonly Params[]> {
  const found = await deps.store.getRuns(runs.map((run) => ({ ...project, run })))
  return found.flatMap((run): readonly Params[] => {
    const config = run ? parseJson(run.record.config) : undefined
    const params = isObject(config) ? priorParams(space, config) : undefined
    return params ? [params] : []
  })
}

/** Before the sweep is made: whoever sees it finds them. */
export async function keepCells(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  cells: readonly Params[],
): Promise<void> {
  await deps.store.putDocument(key, { name: documentOf(key), text: stringifyJson(cells as Json), rev: 1 })
}

/** None for a sweep that has none noted, which costs no read. */
export async function readCells(
  deps: Pick<Deps, 'store'>,
  { key, priorCells }: Pick<SweepRecord, 'key' | 'priorCells'>,
): Promise<readonly Params[]> {
  if (!priorCells) return []
  const document = await deps.store.getDocument(key, documentOf(key))
  return document ? (parseJson(document.text) as unknown as readonly Params[]) : []
}

export const dropCells = (deps: Pick<Deps, 'store'>, key: SweepKey): Promise<void> =>
  deps.store.deleteDocument(key, documentOf(key))

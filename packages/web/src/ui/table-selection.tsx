import type { ReactNode } from 'react'
import { compareUrl, MAX_COMPARED } from '../app/routes.ts'
import { formatCount } from '../model/format.ts'
import { Link } from './link.tsx'

export type BulkActions = (ids: readonly string[], clear: () => void) => ReactNode

/** What can be done with the selected rows. */
export function Selection({
  entity,
  project,
  ids,
  bulkActions,
  onClear,
}: {
  entity: string
  project: string
  ids: ReadonlySet<string>
  bulkActions: BulkActions | undefined
  onClear: () => void
}) {
  if (ids.size === 0) return null
  return (
    <>
      {ids.size <= MAX_COMPARED ? (
        <Link className="button" href={compareUrl(entity, project, [...ids])}>
          Compare {ids.size}
        </Link>
      ) : (
        <span className="muted">{formatCount(ids.size)} selected</span>
      )}
      {bulkActions?.([...ids], onClear)}
      <button type="button" className="ghost" aria-label="Clear selection" onClick={onClear}>
        Clear
      </button>
    </>
  )
}

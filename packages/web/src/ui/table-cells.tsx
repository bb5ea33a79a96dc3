import { runUrl } from '../app/routes.ts'
import { exactText } from '../model/format.ts'
import type { TableColumn } from '../model/table-column.ts'
import { Link } from './link.tsx'
import { type State, StateBadge } from './state-badge.tsx'

export interface RowInfo {
  /** Id of the run. */
  readonly id: string
  /** Accessible name of the row, for example "trial 7". */
  readonly label: string
  readonly state: State
  readonly best?: boolean
}

/** The values of a row. */
export function RowCells({
  entity,
  project,
  columns,
  row,
  info,
  now,
}: {
  entity: string
  project: string
  columns: readonly TableColumn[]
  row: number
  info: RowInfo
  now: number
}) {
  return columns.map((column) => (
    <td
      key={column.key}
      className={column.numeric ? 'number' : ''}
      title={column.numeric ? exactText(column.raw(row)) : column.text(row, now) || undefined}
    >
      {column.kind === 'link' ? (
        <>
          {info.best && (
            <span className="star" title="Best trial">
              ★
            </span>
          )}
          <Link href={runUrl(entity, project, info.id)}>{column.text(row, now)}</Link>
        </>
      ) : column.kind === 'state' ? (
        <StateBadge state={info.state} />
      ) : (
        column.text(row, now) || <LatestValue text={column.latestText?.(row)} />
      )}
    </td>
  ))
}

const LatestValue = ({ text }: { text: string | undefined }) =>
  text !== undefined && (
    <span className="latest-value" title="Latest value of a running trial">
      <small>so far</small> {text}
    </span>
  )

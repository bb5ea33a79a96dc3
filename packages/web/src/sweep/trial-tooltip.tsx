import { useEffect, useLayoutEffect, useRef } from 'react'
import { runUrl } from '../app/routes.ts'
import { endTimeOf } from '../model/end-time.ts'
import { formatDuration } from '../model/format.ts'
import { cellText, type TrialTable } from '../model/trial-table.ts'
import { Link } from '../ui/link.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import type { ProjectAt } from '../views/view-endpoints.ts'

/** Distance from the pointer. */
const OFFSET_PX = 16
const EDGE_PX = 8
/** More would cover the chart. */
const MAX_PARAMS = 14

/** Tooltip of the hovered or keyboard-selected trial. On touch devices it sits at the bottom and links to the run. */
export function TrialTooltip({
  at,
  table,
  row,
  nameOf,
}: {
  at: ProjectAt
  table: TrialTable
  row: number | undefined
  /** Default: the number of the trial. */
  nameOf?: (row: number) => string
}) {
  const card = useRef<HTMLDivElement>(null)
  const anchor = useRef<{ x: number; y: number }>(undefined)
  const position = () => {
    const element = card.current
    if (!element) return
    element.hidden = anchor.current === undefined
    // On touch devices CSS positions it.
    if (!anchor.current || matchMedia('(hover: none)').matches) return
    const { offsetWidth: width, offsetHeight: height } = element
    const { x, y } = anchor.current
    const left = x + OFFSET_PX + width < innerWidth - EDGE_PX ? x + OFFSET_PX : x - OFFSET_PX - width
    const top = Math.min(y + OFFSET_PX, innerHeight - height - EDGE_PX)
    element.style.translate = `${Math.max(EDGE_PX, left)}px ${Math.max(EDGE_PX, top)}px`
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: the listeners read what they need from refs
  useEffect(() => {
    const onPointer = (event: PointerEvent) => {
      const inside =
        event.target instanceof Element && event.target.closest('.plot-area, .axis, .tooltip') !== null
      anchor.current = inside ? { x: event.clientX, y: event.clientY } : undefined
      position()
    }
    const onKey = () => {
      const box = document.activeElement?.closest('.plot-area')?.getBoundingClientRect()
      anchor.current = box && { x: box.right - OFFSET_PX, y: box.top }
      position()
    }
    addEventListener('pointermove', onPointer)
    addEventListener('pointerdown', onPointer)
    addEventListener('keydown', onKey)
    return () => {
      removeEventListener('pointermove', onPointer)
      removeEventListener('pointerdown', onPointer)
      removeEventListener('keydown', onKey)
    }
  }, [])
  useLayoutEffect(position)

  const trial = row === undefined ? undefined : table.trials[row]
  if (!trial || row === undefined) return null
  const { number, state, attempt, agent, suggested_by, reason, started_at } = trial
  const ended = state !== 'queued' && state !== 'running'
  const facts = [
    agent,
    ended && started_at && formatDuration(endTimeOf(trial) - Date.parse(started_at)),
    attempt > 1 && `attempt ${attempt}`,
  ].filter(Boolean)
  return (
    <div className="tooltip" ref={card} hidden role="status">
      <p className="tooltip-header">
        <b>{nameOf ? nameOf(row) : `Trial ${number}`}</b> <StateBadge state={state} />
        <Link href={runUrl(at.entity, at.project, trial.run)}>open</Link>
      </p>
      {[table.value, ...table.others.map(({ column }) => column)].map(
        (column) =>
          !Number.isNaN(column.values[row]!) && (
            <p key={column.key} className="tooltip-value">
              <span className="muted">{column.name}</span> <b>{cellText(column, column.values[row]!)}</b>
            </p>
          ),
      )}
      <dl>
        {table.params.slice(0, MAX_PARAMS).map((column) => (
          <div key={column.key}>
            <dt>{column.name}</dt>
            <dd>{cellText(column, column.values[row]!)}</dd>
          </div>
        ))}
      </dl>
      {reason !== undefined && <p className="reason">{reason}</p>}
      {suggested_by && (
        <p className="reason muted">
          {suggested_by.arm}: {suggested_by.why}
        </p>
      )}
      {facts.length > 0 && <p className="muted">{facts.join(' · ')}</p>}
    </div>
  )
}

import type { RunBody } from '@chimney/core/schema/api/runs'
import { useMemo } from 'react'
import { type Filter, isFiltering, NO_FILTER, withRange, withState } from '../model/filter.ts'
import { formatCount } from '../model/format.ts'
import { cellText, columnOf, type TrialTable } from '../model/trial-table.ts'

const STATES: readonly RunBody['state'][] = [
  'running',
  'finished',
  'stopped',
  'failed',
  'crashed',
  'killed',
  'queued',
]

/** States drawn in the color of another state. */
const COLOR_KEYS: Partial<Record<RunBody['state'], string>> = { running: 'open', queued: 'open' }

/** State and range filters of the page. Always rendered, so that the layout below does not shift. */
export function FilterBar({
  table,
  filter,
  passing,
  onFilter,
}: {
  table: TrialTable
  filter: Filter
  passing: number
  onFilter: (filter: Filter) => void
}) {
  const known = useMemo(() => new Set(table.trials.map(({ state }) => state)), [table])
  const states = STATES.filter((state) => filter.states.has(state) || known.has(state))
  return (
    <fieldset className="filter" aria-label="Filter">
      <span className="count">
        <b>{formatCount(passing)}</b> of {formatCount(table.trials.length)} trials
      </span>
      {states.length > 1 &&
        states.map((state) => (
          <button
            key={state}
            type="button"
            className="chip"
            aria-pressed={filter.states.has(state)}
            onClick={() => onFilter(withState(filter, state, !filter.states.has(state)))}
          >
            <i className="dot" data-part={COLOR_KEYS[state] ?? state} aria-hidden="true" />{' '}
            {state === 'stopped' ? 'stopped early' : state}
          </button>
        ))}
      {[...filter.ranges].map(([key, [low, high]]) => {
        const column = columnOf(table, key)
        const text = column ? `${column.name} ${cellText(column, low)} – ${cellText(column, high)}` : key
        return (
          <button
            key={key}
            type="button"
            className="chip on"
            aria-label={`Remove ${text}`}
            onClick={() => onFilter(withRange(filter, key, undefined))}
          >
            {text} <span aria-hidden="true">×</span>
          </button>
        )
      })}
      {isFiltering(filter) && (
        <button type="button" className="ghost" onClick={() => onFilter(NO_FILTER)}>
          Clear filters
        </button>
      )}
    </fieldset>
  )
}

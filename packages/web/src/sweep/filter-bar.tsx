import type { RunBody } from '@chimney/core/schema/api/runs'
import { useMemo } from 'react'
import { setSearchParams, useLocation } from '../app/location.ts'
import { type Filter, isFiltering, NO_FILTER, withRange, withState } from '../model/filter.ts'
import { formatCount } from '../model/format.ts'
import { cellText, columnOf, type TrialTable, variedParams } from '../model/trial-table.ts'
import { type FilterColumn, FilterInput } from '../ui/filter-input.tsx'

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
  best,
  columns,
  error,
  onFilter,
}: {
  table: TrialTable
  filter: Filter
  passing: number
  /** Row of the best trial that passes; undefined without a filter. */
  best: number | undefined
  columns: readonly FilterColumn[]
  /** Of the typed filter. */
  error: string | undefined
  onFilter: (filter: Filter) => void
}) {
  const { query } = useLocation()
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
      {best !== undefined && (
        <span className="muted">
          best {table.value.name} {cellText(table.value, table.value.values[best]!)}, trial{' '}
          {table.trials[best]!.number}
        </span>
      )}
      <FilterInput columns={columns} error={error} example={exampleOf(table)} />
      {table.objectives.length > 0 && (
        <select
          aria-label="Objective"
          value={table.value.name}
          onChange={(event) => setSearchParams({ objective: event.target.value })}
        >
          {table.objectives.map(({ column: { name } }) => (
            <option key={name} value={name}>
              Objective: {name}
            </option>
          ))}
        </select>
      )}
      {(isFiltering(filter) || query.has('where')) && (
        <button
          type="button"
          className="ghost"
          onClick={() => {
            setSearchParams({ where: null })
            onFilter(NO_FILTER)
          }}
        >
          Clear filters
        </button>
      )}
    </fieldset>
  )
}

/** Of the sweep's own parameters, such as `lr < 0.01 and optimizer in (adam, lion)`. */
function exampleOf(table: TrialTable): string {
  const varied = variedParams(table)
  const number = varied.find(({ kind }) => kind === 'number')
  const category = varied.find(({ kind }) => kind === 'category')
  return [
    number && `${number.name} < ${Number(((number.min + number.max) / 2).toPrecision(2))}`,
    category && `${category.name} in (${category.labels.slice(0, 2).join(', ')})`,
  ]
    .filter(Boolean)
    .join(' and ')
}

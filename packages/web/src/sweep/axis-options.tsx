import { useMemo } from 'react'
import { setSearchParams, useLocation } from '../app/location.ts'
import { columnScale } from '../charts/scale.ts'
import type { ColorEncoding } from '../model/color-encoding.ts'
import {
  type Column,
  canBeLog,
  columnOf,
  qualityAt,
  type TrialTable,
  toggleLogScales,
  variedParams,
} from '../model/trial-table.ts'
import { Menu, MenuCheck } from '../ui/menu.tsx'

/** Default number of axes; more would be too narrow. */
const MAX_AXES = 14

const setOf = (text: string | null): ReadonlySet<string> => new Set(text?.split(',').filter(Boolean))

function toggle(name: string, set: ReadonlySet<string>, key: string): void {
  const next = new Set(set)
  if (!next.delete(key)) next.add(key)
  setSearchParams({ [name]: [...next].join(',') })
}

/**
 * The axes chosen by the user, and the table with their log scales applied. Of many parameters the most important ones have an axis;
 * `ranked` has their names, the most important first.
 */
export function useAxes(
  given: TrialTable,
  ranked: readonly string[],
): { table: TrialTable; axes: readonly Column[]; hiddenParams: number } {
  const { query } = useLocation()
  const [logs, axesText] = [query.get('logs'), query.get('axes')]
  const table = useMemo(() => toggleLogScales(given, setOf(logs)), [given, logs])
  const names = ranked.join('\n')
  return useMemo(() => {
    const toggled = setOf(axesText)
    const varied = variedParams(table)
    const first = mostImportant(varied, names.split('\n'), MAX_AXES)
    const shown = varied.filter((column) => first.has(column) !== toggled.has(column.key))
    const objectives = hasValues(table) ? [...table.others.map(({ column }) => column), table.value] : []
    return { table, axes: [...shown, ...objectives], hiddenParams: varied.length - shown.length }
  }, [table, axesText, names])
}

/** The first `count` columns by rank; those without a rank in their own order. */
export function mostImportant(
  columns: readonly Column[],
  ranked: readonly string[],
  count: number,
): ReadonlySet<Column> {
  const ranks = new Map(ranked.map((name, rank) => [name, rank]))
  const rankOf = ({ name }: Column) => ranks.get(name) ?? ranked.length
  return new Set([...columns].sort((a, b) => rankOf(a) - rankOf(b)).slice(0, count))
}

/** A sweep without a metric has no value axis. */
export const hasValues = ({ worstFirst, value, objectives }: TrialTable): boolean =>
  worstFirst.length > 0 || objectives.length > 0 || value.name !== 'value'

/** Without a column, the quality of the trials. */
export function colorEncodingOf(table: TrialTable, column: Column | undefined): ColorEncoding {
  if (!column)
    return {
      key: table.value.key,
      rows: table.quality,
      at: (value: number) => qualityAt(table, value),
      name: table.value.name,
      low: 'worse',
      high: 'better',
    }
  if (column.kind === 'category') {
    const steps = Math.max(1, column.labels.length - 1)
    const at = (value: number) => Math.max(0, Math.min(1, value / steps))
    const ends = { low: column.labels[0] ?? '', high: column.labels[column.labels.length - 1] ?? '' }
    return {
      key: column.key,
      rows: column.values.map(at),
      at,
      name: column.name,
      ...ends,
      labels: column.labels,
    }
  }
  const scale = columnScale(column, 2)
  const at = (value: number) => Math.max(0, Math.min(1, scale.at(value)))
  return {
    key: column.key,
    rows: column.values.map(at),
    at,
    name: column.name,
    low: column.key === 'number' ? 'earlier' : 'low',
    high: column.key === 'number' ? 'later' : 'high',
  }
}

/** The column that colors the trials: their quality by default. */
export function useColorEncoding(table: TrialTable): ColorEncoding {
  const { query } = useLocation()
  const key = query.get('colour') ?? ''
  return useMemo(() => {
    const column = key === '' ? (hasValues(table) ? undefined : table.number) : columnOf(table, key)
    return colorEncodingOf(table, column)
  }, [table, key])
}

/** Menus for the color column, the axes and their log scales. */
export function AxisControls({ table, axes }: { table: TrialTable; axes: readonly Column[] }) {
  const { query } = useLocation()
  const varied = variedParams(table)
  return (
    <>
      <select
        aria-label="Color by"
        value={query.get('colour') ?? ''}
        onChange={(event) => setSearchParams({ colour: event.target.value || null })}
      >
        <option value="">Color by: {hasValues(table) ? table.value.name : table.number.name}</option>
        {[
          table.number,
          ...(hasValues(table) ? [table.value, ...table.others.map(({ column }) => column)] : []),
          ...varied,
        ].map(({ key, name }) => (
          <option key={key} value={key}>
            {' '}
            Color by: {name} {key === table.value.key && ' (linear)'}{' '}
          </option>
        ))}
      </select>
      <Menu label="Axes" icon="Axes">
        {varied.map(({ key, name }) => (
          <MenuCheck
            key={key}
            checked={axes.some((axis) => axis.key === key)}
            onChange={() => toggle('axes', setOf(query.get('axes')), key)}
          >
            {name}
          </MenuCheck>
        ))}
        {[...varied, ...table.others.map(({ column }) => column), table.value]
          .filter(canBeLog)
          .map(({ key, name, log }) => (
            <MenuCheck
              key={`log ${key}`}
              checked={log}
              onChange={() => toggle('logs', setOf(query.get('logs')), key)}
            >
              {name}, log scale
            </MenuCheck>
          ))}
      </Menu>
    </>
  )
}

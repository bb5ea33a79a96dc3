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

/** The axes chosen by the user, and the table with their log scales applied. */
export function useAxes(given: TrialTable): { table: TrialTable; axes: readonly Column[] } {
  const { query } = useLocation()
  const [logs, axesText] = [query.get('logs'), query.get('axes')]
  const table = useMemo(() => toggleLogScales(given, setOf(logs)), [given, logs])
  const axes = useMemo(() => {
    const toggled = setOf(axesText)
    const shown = variedParams(table).filter(({ key }, i) => i < MAX_AXES !== toggled.has(key))
    return [...shown, table.value]
  }, [table, axesText])
  return { table, axes }
}

/** The column that colors the trials: their quality by default. */
export function useColorEncoding(table: TrialTable): ColorEncoding {
  const { query } = useLocation()
  const key = query.get('colour') ?? ''
  return useMemo(() => {
    const column = key === '' ? undefined : columnOf(table, key)
    if (!column)
      return {
        key: table.value.key,
        rows: table.quality,
        at: (value: number) => qualityAt(table, value),
        name: table.value.name,
        low: 'worse',
        high: 'better',
      }
    const scale = columnScale(column, 2)
    const at = (value: number) => Math.max(0, Math.min(1, scale.at(value)))
    return {
      key,
      rows: column.values.map(at),
      at,
      name: column.name,
      low: column.key === 'number' ? 'earlier' : 'low',
      high: column.key === 'number' ? 'later' : 'high',
    }
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
        <option value="">Color by: {table.value.name}</option>
        {[table.number, table.value, ...varied].map(({ key, name }) => (
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
        {[...varied, table.value].filter(canBeLog).map(({ key, name, log }) => (
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

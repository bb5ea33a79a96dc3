import { useMemo } from 'react'
import { keepInAddress, usePlace } from '../app/location.ts'
import { columnScale } from '../charts/scale.ts'
import type { Shade } from '../model/color-encoding.ts'
import {
  type Column,
  canBeLog,
  columnOf,
  qualityAt,
  type TrialTable,
  variedParams,
  withOtherLogs,
} from '../model/trial-table.ts'
import { Menu, MenuCheck } from '../ui/menu.tsx'

/** More parameters than that make axes too narrow. */
const MOST_AXES = 14

const setOf = (text: string | null): ReadonlySet<string> => new Set(text?.split(',').filter(Boolean))

function toggle(name: string, set: ReadonlySet<string>, key: string): void {
  const next = new Set(set)
  if (!next.delete(key)) next.add(key)
  keepInAddress({ [name]: [...next].join(',') })
}

/** The table with the axes as the reader wants them: which, and which of them logarithmic. */
export function useAxes(given: TrialTable): { table: TrialTable; axes: readonly Column[] } {
  const { query } = usePlace()
  const [logs, axesText] = [query.get('logs'), query.get('axes')]
  const table = useMemo(() => withOtherLogs(given, setOf(logs)), [given, logs])
  const axes = useMemo(() => {
    const toggled = setOf(axesText)
    const shown = variedParams(table).filter(({ key }, i) => i < MOST_AXES !== toggled.has(key))
    return [...shown, table.value]
  }, [table, axesText])
  return { table, axes }
}

/** How good a trial is, or any column of the reader's choice. */
export function useShade(table: TrialTable): Shade {
  const { query } = usePlace()
  const key = query.get('colour') ?? ''
  return useMemo(() => {
    const column = key === '' ? undefined : columnOf(table, key)
    if (!column)
      return {
        key: table.value.key,
        rows: table.quality,
        at: (value: number) => qualityAt(table, value),
        hint: `better its ${table.value.name}`,
      }
    const scale = columnScale(column, 2)
    const at = (value: number) => Math.max(0, Math.min(1, scale.at(value)))
    return {
      key,
      rows: column.values.map(at),
      at,
      hint: column.key === 'number' ? 'later the trial' : `higher its ${column.name}`,
    }
  }, [table, key])
}

/** The choices of both. */
export function AxesTools({ table, axes }: { table: TrialTable; axes: readonly Column[] }) {
  const { query } = usePlace()
  const varied = variedParams(table)
  return (
    <>
      <select
        aria-label="Colour of the lines"
        value={query.get('colour') ?? ''}
        onChange={(event) => keepInAddress({ colour: event.target.value || null })}
      >
        <option value="">Colour: how good</option>
        {[table.number, table.value, ...varied].map(({ key, name }) => (
          <option key={key} value={key}>
            Colour: {name}
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
            {name}, logarithmic
          </MenuCheck>
        ))}
      </Menu>
    </>
  )
}

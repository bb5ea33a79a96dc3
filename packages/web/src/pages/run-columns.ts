import type { RunBody } from '@chimney/core/schema/api/runs'
import { formatValue } from '../model/format.ts'
import {
  agoColumn,
  durationColumn,
  MAX_GROUPS,
  numberWidth,
  type TableColumn,
  textColumn,
} from '../model/table-column.ts'
import { flatten } from '../model/trial-table.ts'

/** Columns visible by default. */
const SHOWN = { config: 3, summary: 3 }
/** Maximum number of columns per kind. */
const MAX_COLUMNS = 60

/** Columns of the runs table. */
export function runColumns(runs: readonly RunBody[]): TableColumn[] {
  const at = (row: number) => runs[row]!
  const durationOf = ({ started_at, ended_at }: RunBody) =>
    started_at && ended_at ? Date.parse(ended_at) - Date.parse(started_at) : undefined
  const summaries = runs.map(({ summary }) => summary)
  const configs = runs.map(({ config }) => flatten(config))
  return [
    { ...textColumn('name', 'run', 170, true, (row) => at(row).name), kind: 'link' },
    { ...textColumn('state', 'state', 128, true, (row) => at(row).state), kind: 'state', groups: true },
    { ...textColumn('sweep', 'sweep', 110, true, (row) => at(row).sweep ?? undefined), groups: true },
    ...valueColumns('summary', summaries, []),
    ...valueColumns('config', configs, Object.keys(Object.assign({}, ...summaries))),
    textColumn('id', 'id', 110, false, (row) => at(row).id),
    { ...textColumn('group', 'group', 110, false, (row) => at(row).group ?? undefined), groups: true },
    { ...textColumn('kind', 'job type', 110, false, (row) => at(row).job_type ?? undefined), groups: true },
    { ...textColumn('agent', 'agent', 150, false, (row) => at(row).agent ?? undefined), groups: true },
    textColumn('tags', 'tags', 140, false, (row) => at(row).tags.join(', ') || undefined),
    durationColumn('lasted', 'duration', (row) => durationOf(at(row))),
    agoColumn('made', 'created', (row) => at(row).created_at),
  ]
}

function valueColumns(
  kind: keyof typeof SHOWN,
  values: readonly Readonly<Record<string, unknown>>[],
  /** Names that need the kind appended, because the other kind has them too. */
  taken: readonly string[],
): TableColumn[] {
  const names = [...new Set(values.flatMap(Object.keys))].filter((name) => !name.startsWith('_'))
  return names.slice(0, MAX_COLUMNS).map((name, i) => {
    const numeric = values.every((each) => each[name] === undefined || isNumeric(each[name]))
    const raw = (row: number) => {
      const value = values[row]![name]
      return numeric && value !== undefined ? Number(value) : value
    }
    const title = taken.includes(name) ? `${name} (${kind})` : name
    const kinds = new Set(values.map((each) => formatValue(each[name])))
    return {
      key: `${kind}:${name}`,
      title,
      width: numberWidth(title),
      numeric,
      shown: i < SHOWN[kind],
      ...(kind === 'config' && kinds.size <= MAX_GROUPS && kinds.size > 1 && { groups: true }),
      text: (row) => formatValue(raw(row)),
      raw,
      compare: (a, b) =>
        numeric ? Number(raw(a)) - Number(raw(b)) : formatValue(raw(a)) < formatValue(raw(b)) ? -1 : 1,
      missing: (row) => raw(row) === undefined || Number.isNaN(raw(row)),
    }
  })
}

/** JSON has no numbers that are not finite: they arrive as text. */
const isNumeric = (value: unknown): boolean =>
  typeof value === 'number' || value === 'NaN' || value === 'Infinity' || value === '-Infinity'

import type { RunRow } from '@chimney/core/schema/api/run-table'
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
import { groupNames } from '../model/value-groups.ts'

/** Columns visible by default. */
const SHOWN = { config: 3, summary: 3 }
/** Maximum number of columns per kind. */
const MAX_COLUMNS = 200
/** Groups of a number with more distinct values than {@link MAX_GROUPS}: ranges with about equally many runs. */
const RANGES = 8

/** Columns of the runs table. */
export function runColumns(runs: readonly RunRow[]): TableColumn[] {
  const at = (row: number) => runs[row]!
  const durationOf = ({ started_at, ended_at }: RunRow) =>
    started_at && ended_at ? Date.parse(ended_at) - Date.parse(started_at) : undefined
  const summaries = runs.map(({ summary }) => flatten(summary))
  const configs = runs.map(({ config }) => flatten(config))
  const summaryNames = namesOf(summaries)
  return [
    { ...textColumn('name', 'run', 170, true, (row) => at(row).name), kind: 'link' },
    { ...textColumn('state', 'state', 128, true, (row) => at(row).state), kind: 'state', groups: true },
    { ...textColumn('sweep', 'sweep', 110, true, (row) => at(row).sweep ?? undefined), groups: true },
    ...valueColumns('summary', summaries, summaryNames, new Set()),
    ...valueColumns('config', configs, namesOf(configs), new Set(summaryNames)),
    textColumn('id', 'id', 110, true, (row) => at(row).id),
    {
      ...textColumn('trial', 'trial', 70, false, (row) => at(row).number?.toString()),
      numeric: true,
      raw: (row) => at(row).number ?? undefined,
      compare: (a, b) => (at(a).number ?? 0) - (at(b).number ?? 0),
    },
    { ...textColumn('group', 'group', 110, false, (row) => at(row).group ?? undefined), groups: true },
    { ...textColumn('kind', 'job type', 110, false, (row) => at(row).job_type ?? undefined), groups: true },
    { ...textColumn('agent', 'agent', 150, false, (row) => at(row).agent ?? undefined), groups: true },
    {
      ...textColumn(
        'tags',
        'tags',
        140,
        runs.some(({ tags }) => tags.length > 0),
        (row) => at(row).tags.join(', ') || undefined,
      ),
      groups: true,
    },
    textColumn('notes', 'notes', 220, false, (row) => at(row).notes ?? undefined),
    textColumn('reason', 'end reason', 220, false, (row) => at(row).reason ?? undefined),
    durationColumn('lasted', 'duration', (row) => durationOf(at(row))),
    agoColumn('made', 'created', (row) => at(row).created_at),
  ]
}

function namesOf(values: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  const names = new Set<string>()
  for (const each of values) for (const name in each) if (!name.startsWith('_')) names.add(name)
  return [...names].slice(0, MAX_COLUMNS)
}

function valueColumns(
  kind: keyof typeof SHOWN,
  values: readonly Readonly<Record<string, unknown>>[],
  names: readonly string[],
  /** Names that need the kind appended, because the other kind has them too. */
  taken: ReadonlySet<string>,
): TableColumn[] {
  return names.map((name, i) => {
    const numeric = values.every((each) => each[name] === undefined || isNumeric(each[name]))
    const raw = (row: number) => {
      const value = values[row]![name]
      return numeric && value !== undefined ? Number(value) : value
    }
    const title = taken.has(name) ? `${name} (${kind})` : name
    const text = (row: number) => formatValue(raw(row))
    return {
      key: `${kind}:${name}`,
      title,
      width: numberWidth(title),
      numeric,
      shown: i < SHOWN[kind],
      ...(kind === 'config' && {
        groups: true,
        ...(numeric && { groupOf: groupNames(values.length, raw, MAX_GROUPS, RANGES) }),
      }),
      text,
      raw,
      compare: (a, b) => (numeric ? Number(raw(a)) - Number(raw(b)) : text(a) < text(b) ? -1 : 1),
      missing: (row) => raw(row) === undefined || Number.isNaN(raw(row)),
    }
  })
}

/** JSON has no numbers that are not finite: they arrive as text. */
const isNumeric = (value: unknown): boolean =>
  typeof value === 'number' || value === 'NaN' || value === 'Infinity' || value === '-Infinity'

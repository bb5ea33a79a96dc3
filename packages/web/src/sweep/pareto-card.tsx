import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { listRuns, type SweepAt } from '../api/endpoints.ts'
import { setSearchParams, useLocation } from '../app/location.ts'
import { readOnly } from '../app/share-link.ts'
import { ScatterPlot } from '../charts/scatter-plot.tsx'
import { formatCount } from '../model/format.ts'
import { paretoRows } from '../model/pareto.ts'
import {
  type Column,
  clipOutliers,
  numberColumn,
  type TrialTable,
  worstFirstOf,
} from '../model/trial-table.ts'
import { type Objective, objectivesOf } from './objectives.ts'

interface Props {
  readonly at: SweepAt
  readonly sweep: SweepBody
  readonly table: TrialTable
  readonly mask: Uint8Array
  readonly hovered: number | undefined
  readonly onHover: (row: number | undefined) => void
  readonly onOpen: (row: number) => void
}

/** Pages of runs to search for summaries, if trials do not include their values. */
const MAX_PAGES = 10

/** The Pareto front of two objectives. */
export default function ParetoCard({ at, sweep, table, mask, ...shared }: Props) {
  const config = JSON.stringify(sweep.config.metrics)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `config` stands for the sweep
  const objectives = useMemo(() => objectivesOf(sweep), [config])
  const columns = useObjectiveColumns(at, sweep, table, objectives)
  const { query } = useLocation()
  const pick = (text: string | null, otherwise: number) => {
    const found = columns.findIndex(({ name }) => name === text)
    return found < 0 ? otherwise : found
  }
  const [nameX, nameY] = (query.get('front') ?? '').split('~')
  const x = pick(nameX ?? null, 0)
  const y = pick(nameY ?? null, x === 0 ? 1 : 0)
  const [xColumn, yColumn] = [columns[x]!, columns[y]!]
  const goals = [objectives[x]!.goal, objectives[y]!.goal] as const
  const front = useMemo(() => {
    const only = (values: Float64Array) => values.map((value, row) => (mask[row] === 1 ? value : Number.NaN))
    return paretoRows(only(xColumn.values), only(yColumn.values), [goals[0], goals[1]])
  }, [xColumn, yColumn, mask, goals[0], goals[1]])
  const choose = (which: 0 | 1, name: string) => {
    const pair = [xColumn.name, yColumn.name]
    pair[which] = name
    setSearchParams({ front: pair.join('~') })
  }
  const select = (label: string, which: 0 | 1) => (
    <select
      aria-label={label}
      value={[xColumn, yColumn][which]!.name}
      onChange={(event) => choose(which, event.target.value)}
    >
      {objectives.map(({ name }) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  )
  return (
    <ScatterPlot
      {...shared}
      table={table}
      mask={mask}
      title="Pareto front"
      hint={`${formatCount(front.length)} non-dominated trials: ${objectives[x]!.goal} ${xColumn.name}, ${objectives[y]!.goal} ${yColumn.name}`}
      x={xColumn}
      y={yColumn}
      front={front}
      height={320}
      tools={
        objectives.length > 2 && (
          <>
            {select('X axis', 0)}
            {select('Y axis', 1)}
          </>
        )
      }
    />
  )
}

type Values = Readonly<Record<string, unknown>>
interface TrialValues {
  /** By metric name, or in the order of the config. */
  readonly values?: Values | readonly unknown[]
  readonly summary?: Values
  /** Above 0: infeasible, and not part of the front. */
  readonly violation?: number | string
}

/** A column per objective, from the values of the trials, or else from the summaries of their runs. */
function useObjectiveColumns(
  at: SweepAt,
  sweep: SweepBody,
  table: TrialTable,
  objectives: readonly Objective[],
): readonly Column[] {
  const hasValues = table.trials.some((trial) => {
    const { values, summary } = trial as TrialValues
    return values !== undefined || summary !== undefined
  })
  const ended = sweep.trials.handed_out - sweep.trials.open
  const summaries = useQuery({
    queryKey: ['summaries', sweep.id, ended],
    queryFn: () => summariesOf(at),
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: !hasValues && !readOnly,
  })
  return useMemo(
    () =>
      objectives.map(({ name, goal }, i) => {
        const of = (trial: TrialTable['trials'][number]): number => {
          const { values, summary, violation } = trial as TrialValues
          // JSON has no Infinity; the API sends it as a string.
          if (violation !== undefined && !(Number(violation) <= 0)) return Number.NaN
          const known = Array.isArray(values)
            ? (values as readonly unknown[])[i]
            : ((values as Values | undefined) ?? summary ?? summaries.data?.get(trial.number))?.[name]
          if (typeof known === 'number') return known
          return name === table.value.name ? (trial.value ?? Number.NaN) : Number.NaN
        }
        const values = Float64Array.from(table.trials, of)
        const column = numberColumn(`metric:${name}`, name, values)
        return clipOutliers(column, worstFirstOf(values, goal), table.trials)
      }),
    [table, objectives, summaries.data],
  )
}

async function summariesOf(at: SweepAt): Promise<ReadonlyMap<number, Values>> {
  const found = new Map<number, Values>()
  let cursor: string | undefined
  for (let page = 0; page < MAX_PAGES; page++) {
    const { items, next_cursor } = await listRuns(at.entity, at.project, cursor)
    for (const { sweep, number, summary } of items)
      if (sweep === at.sweep && number !== null) found.set(number, summary)
    if (next_cursor === undefined) break
    cursor = next_cursor
  }
  return found
}

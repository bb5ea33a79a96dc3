import { useMemo } from 'react'
import { setSearchParams, useLocation } from '../app/location.ts'
import { MAX_COMPARED_SWEEPS, projectUrl } from '../app/routes.ts'
import { useViewer } from '../app/use-viewer.ts'
import { LineChart } from '../charts/line-chart.tsx'
import type { Series } from '../charts/line-chart-draw.ts'
import { useTheme } from '../charts/theme.ts'
import { useChartSettings } from '../charts/use-chart-settings.ts'
import { BUDGETS, type Budget } from '../model/best-so-far.ts'
import { useZooms } from '../run/use-zooms.ts'
import { Empty, ErrorMessage, Loading } from '../ui/feedback.tsx'
import { Link } from '../ui/link.tsx'
import { useNow } from '../ui/use-now.ts'
import { type MetricGroup, metricGroups } from './compared-curves.ts'
import { SweepComparisonTable } from './sweep-comparison-table.tsx'
import { useComparedSweeps } from './use-compared-sweeps.ts'

const HEIGHT = 300
const BUDGET_NAMES: Readonly<Record<Budget, string>> = {
  trials: 'ended trials',
  time: 'seconds',
  compute: 'compute seconds',
}
const BUDGET_LABELS: Readonly<Record<Budget, string>> = {
  trials: 'X: trials',
  time: 'X: time since the start',
  compute: 'X: compute time',
}

/** Compares sweeps of a project: best value over trials or time, distributions, results and search spaces. */
export default function CompareSweepsPage({ entity, project }: { entity: string; project: string }) {
  const { query } = useLocation()
  const given = [...new Set((query.get('ids') ?? '').split(',').filter(Boolean))]
  const ids = given.slice(0, MAX_COMPARED_SWEEPS)
  const now = useNow(5_000)
  const isOnAws = useViewer()?.hosted_on === 'aws'
  const results = useComparedSweeps(entity, project, ids)
  const budget = BUDGETS.find((each) => each === query.get('budget')) ?? 'trials'
  const version = results.map(({ dataUpdatedAt }) => dataUpdatedAt).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` and `ids` stand for the results, which are new in each render
  const compared = useMemo(() => results.flatMap(({ data }) => (data ? [data] : [])), [version, ids.join()])
  const groups = useMemo(() => metricGroups(compared, budget), [compared, budget])
  const colorOf = (id: string) => ids.indexOf(id)
  if (ids.length === 0)
    return (
      <Empty title="Nothing to compare">
        <p>
          Select sweeps in the list of <Link href={projectUrl(entity, project)}>the project</Link>.
        </p>
      </Empty>
    )
  return (
    <>
      <div className="page-header">
        <h1>
          Compare {ids.length} {ids.length === 1 ? 'sweep' : 'sweeps'}
        </h1>
      </div>
      {given.length > ids.length && (
        <p className="muted">
          The first {MAX_COMPARED_SWEEPS} of {given.length} sweeps.
        </p>
      )}
      {results.map(
        ({ error, refetch }, i) =>
          error && <ErrorMessage key={ids[i]} error={error} retry={() => void refetch()} />,
      )}
      {results.some(({ isPending }) => isPending) && <Loading what="sweeps" />}
      {groups.length > 1 && (
        <p className="muted">The sweeps have different metrics: each metric has its own charts.</p>
      )}
      {groups.map((group) => (
        <MetricCharts key={group.key} group={group} budget={budget} colorOf={colorOf} />
      ))}
      {compared.length > 0 && (
        <SweepComparisonTable
          entity={entity}
          project={project}
          compared={compared}
          colorOf={colorOf}
          now={now}
          isOnAws={isOnAws}
        />
      )}
    </>
  )
}

/** Best so far and distribution of the sweeps with the same metric. */
function MetricCharts({
  group: { key, name, goal, best, distributions },
  budget,
  colorOf,
}: {
  group: MetricGroup
  budget: Budget
  colorOf: (id: string) => number
}) {
  const theme = useTheme()
  const { settingsOf, setSettings } = useChartSettings()
  const { zoomOf, setZoom } = useZooms()
  const colored = (curves: MetricGroup['best']): readonly Series[] =>
    curves.map((curve) => ({ ...curve, isStep: true, color: theme.series[colorOf(curve.id)]! }))
  const chart = (chartKey: string) => ({
    settings: settingsOf(chartKey),
    onSettings: (change: Parameters<typeof setSettings>[1]) => setSettings(chartKey, change),
    zoom: zoomOf(chartKey),
    onZoom: (zoom: Parameters<typeof setZoom>[1]) => setZoom(chartKey, zoom),
    height: HEIGHT,
    goal,
  })
  return (
    <div className="columns">
      <LineChart
        {...chart(`best ${key}`)}
        title={`Best ${name} so far`}
        curves={colored(best)}
        xName={BUDGET_NAMES[budget]}
        tools={
          <select
            aria-label="X axis of the best value"
            value={budget}
            onChange={({ target: { value } }) =>
              setSearchParams({ budget: value === 'trials' ? null : value })
            }
          >
            {BUDGETS.map((each) => (
              <option key={each} value={each}>
                {BUDGET_LABELS[each]}
              </option>
            ))}
          </select>
        }
        empty="No trial has a value yet."
      />
      <LineChart
        {...chart(`edf ${key}`)}
        title={`Distribution of ${name}`}
        hint="EDF: share of the trials with at most this value"
        curves={colored(distributions)}
        xName={name}
        empty="No trial has a value yet."
      />
    </div>
  )
}

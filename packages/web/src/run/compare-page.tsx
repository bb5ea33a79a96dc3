import type { RunBody } from '@chimney/core/schema/api/runs'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { getHistory, getRun, getSweep } from '../api/endpoints.ts'
import { setSearchParams, useLocation } from '../app/location.ts'
import { MAX_COMPARED, projectUrl } from '../app/routes.ts'
import { LineChart } from '../charts/line-chart.tsx'
import { SharedCursor } from '../charts/shared-cursor.tsx'
import { useTheme } from '../charts/theme.ts'
import { useChartSettings } from '../charts/use-chart-settings.ts'
import { Empty, ErrorMessage, Loading } from '../ui/feedback.tsx'
import { bandOf, GroupingControls } from '../ui/grouping-controls.tsx'
import { Link } from '../ui/link.tsx'
import { ChartControls, useChartOptions } from './chart-options.tsx'
import { ALL_RUNS, differingNames, seriesByMetric } from './compare-series.ts'
import { ComparisonTable } from './comparison-table.tsx'
import { byMetric, histories } from './histories.ts'
import { useZooms } from './use-zooms.ts'

const SAMPLES = 400
/** Of more runs the charts show groups. */
const MAX_SINGLE = 12
const REFETCH_MS = 5_000
const isLive = (run: RunBody | undefined) => run?.state === 'running' || run?.state === 'queued'

/** Compares runs: metrics in shared charts, config diff and summaries in a table. */
export default function ComparePage({ entity, project }: { entity: string; project: string }) {
  const { query } = useLocation()
  const ids = (query.get('runs') ?? '').split(',').filter(Boolean).slice(0, MAX_COMPARED)
  const theme = useTheme()
  const options = useChartOptions()
  const { zoomOf, setZoom } = useZooms()
  const { settingsOf, setSettings } = useChartSettings(options.defaults)
  const runs = useQueries({
    queries: ids.map((run) => ({
      queryKey: ['run', entity, project, run],
      queryFn: () => getRun({ entity, project, run }),
      refetchInterval: (query: { state: { data: RunBody | undefined } }) =>
        isLive(query.state.data) ? REFETCH_MS : (false as const),
    })),
  })
  const logs = useQueries({
    queries: ids.map((run, i) => ({
      // The state is part of the key, so that the last rows are fetched when the run has ended.
      queryKey: ['compared', entity, project, run, isLive(runs[i]?.data)],
      queryFn: () => getHistory({ entity, project, run }, 'metrics', SAMPLES),
      staleTime: 15_000,
      placeholderData: <T,>(before: T) => before,
      refetchInterval: isLive(runs[i]?.data) ? REFETCH_MS : (false as const),
    })),
  })
  const loaded = runs.flatMap(({ data }) => (data ? [data] : []))
  const sweep = loaded.find((run) => run.sweep !== null)?.sweep
  const sweepQuery = useQuery({
    queryKey: ['sweep', entity, project, sweep],
    queryFn: () => getSweep({ entity, project, sweep: sweep ?? '' }),
    enabled: typeof sweep === 'string',
    staleTime: 60_000,
  })
  const metric = sweepQuery.data?.metric?.name
  const dataVersion = logs.map(({ dataUpdatedAt }) => dataUpdatedAt).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: `ids` and the number of loaded runs stand for the runs
  const names = useMemo(() => differingNames(loaded), [loaded.length, ids.join()])
  const group = query.get('group-curves') ?? (ids.length > MAX_SINGLE ? ALL_RUNS : '')
  const band = bandOf(query.get('band'))
  // biome-ignore lint/correctness/useExhaustiveDependencies: `dataVersion` and `ids` stand for the lists, which are new in each render
  const all = useMemo(() => {
    const compared = ids.map((id, i) => ({
      id,
      run: loaded.find((run) => run.id === id),
      metrics: histories(logs[i]?.data ?? [], options.x),
    }))
    const order = byMetric(metric)
    const grouping = group === '' ? undefined : { by: group, band }
    return [...seriesByMetric(compared, grouping, theme.series)].sort(([a], [b]) => order(a, b))
  }, [dataVersion, ids.join(), options.x, theme, loaded.length, metric, group, band])

  if (ids.length === 0)
    return (
      <Empty title="Nothing to compare">
        <p>
          Select runs in the table of a sweep or of{' '}
          <Link href={projectUrl(entity, project)}>the project</Link>.
        </p>
      </Empty>
    )
  const error = [...runs, ...logs].find((each) => each.error)?.error
  const shown = all.filter(([name]) => name.toLowerCase().includes(options.search.toLowerCase()))
  return (
    <>
      <div className="page-header">
        <h1>
          Compare {ids.length} {ids.length === 1 ? 'run' : 'runs'}
        </h1>
      </div>
      {error && <ErrorMessage error={error} />}
      {runs.some(({ isPending }) => isPending) && <Loading what="runs" />}
      <ChartControls options={options} metrics={all.map(([name]) => name)}>
        <GroupingControls
          groups={[{ key: ALL_RUNS, name: 'all runs' }, ...names.map((name) => ({ key: name, name }))]}
          group={group}
          band={band}
          onGroup={(key) => setSearchParams({ 'group-curves': key })}
          onBand={(next) => setSearchParams({ band: next })}
        />
      </ChartControls>
      <SharedCursor>
        <div className="multiples two">
          {shown.map(([name, curves]) => (
            <LineChart
              key={name}
              title={name}
              curves={curves}
              xName={options.x === 'time' ? 'seconds' : options.x}
              settings={settingsOf(name)}
              onSettings={(change) => setSettings(name, change)}
              zoom={zoomOf(name)}
              onZoom={(range) => setZoom(name, range)}
            />
          ))}
        </div>
      </SharedCursor>
      <ComparisonTable runs={loaded} ids={ids} entity={entity} project={project} />
    </>
  )
}

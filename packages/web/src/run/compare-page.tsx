import type { RunBody } from '@chimney/core/schema/api/runs'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { getHistory, getRun, getSweep } from '../api/endpoints.ts'
import { setSearchParams, useLocation } from '../app/location.ts'
import { projectUrl, runUrl } from '../app/routes.ts'
import { LineChart, type Series } from '../charts/line-chart.tsx'
import { useTheme } from '../charts/theme.ts'
import { formatValue } from '../model/format.ts'
import { flatten } from '../model/trial-table.ts'
import { Empty, ErrorMessage, Loading } from '../ui/feedback.tsx'
import { Link } from '../ui/link.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { ChartControls, useChartOptions } from './chart-options.tsx'
import { byMetric, histories } from './histories.ts'
import { useZooms } from './use-zooms.ts'

const SAMPLES = 400
const MAX_RUNS = 12
/** The colors of further runs are more alike: their lines are dashed. */
const SOLID = 8
const REFETCH_MS = 5_000
const isLive = (run: RunBody | undefined) => run?.state === 'running' || run?.state === 'queued'

/** Compares runs: metrics in shared charts, config diff and summaries in a table. */
export default function ComparePage({ entity, project }: { entity: string; project: string }) {
  const { query } = useLocation()
  const ids = (query.get('runs') ?? '').split(',').filter(Boolean).slice(0, MAX_RUNS)
  const theme = useTheme()
  const options = useChartOptions()
  const { zoomOf, setZoom } = useZooms()
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: `dataVersion` and `ids` stand for the lists, which are new in each render
  const all = useMemo(() => {
    const metrics = new Map<string, Series[]>()
    logs.forEach(({ data }, i) => {
      for (const { name, ...points } of histories(data ?? [], options.x)) {
        const label = loaded.find(({ id }) => id === ids[i])?.name ?? ids[i]!
        const curve = {
          id: ids[i]!,
          label,
          color: theme.series[i % theme.series.length]!,
          dash: i < SOLID ? undefined : [6, 3],
          ...points,
        }
        metrics.set(name, [...(metrics.get(name) ?? []), curve])
      }
    })
    const order = byMetric(metric)
    return [...metrics].sort(([a], [b]) => order(a, b))
  }, [dataVersion, ids.join(), options.x, theme, loaded.length, metric])

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
      <ChartControls options={options} metrics={all.map(([name]) => name)} />
      <div className="multiples two">
        {shown.map(([name, curves]) => (
          <LineChart
            key={name}
            title={name}
            curves={curves}
            xName={options.x === 'time' ? 'seconds' : options.x}
            smoothing={options.smoothing}
            log={options.log}
            zoom={zoomOf(name)}
            onZoom={(range) => setZoom(name, range)}
          />
        ))}
      </div>
      <ComparisonTable runs={loaded} ids={ids} entity={entity} project={project} />
    </>
  )
}

function ComparisonTable({
  runs,
  ids,
  entity,
  project,
}: {
  runs: readonly RunBody[]
  ids: readonly string[]
  entity: string
  project: string
}) {
  const theme = useTheme()
  const configs = runs.map(({ config }) => flatten(config))
  const summaries = runs.map(({ summary }) => summary)
  const rows = (all: readonly Readonly<Record<string, unknown>>[], differing: boolean) =>
    [...new Set(all.flatMap(Object.keys))]
      .filter((name) => !name.startsWith('_'))
      .map((name) => [name, all.map((values) => formatValue(values[name]))] as const)
      .filter(([, texts]) => !differing || new Set(texts).size > 1)
  const groups = [
    ['Config diff', rows(configs, true)],
    ['Summary', rows(summaries, false)],
  ] as const
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it
    <section className="scroll card flush" aria-label="Comparison" tabIndex={0}>
      <table className="plain">
        <thead>
          <tr>
            <th>
              <span className="hidden">Name</span>
            </th>
            {runs.map((run) => (
              <th key={run.id}>
                <i
                  className="swatch"
                  style={{ background: theme.series[ids.indexOf(run.id) % theme.series.length] }}
                  aria-hidden="true"
                />{' '}
                <Link href={runUrl(entity, project, run.id)}>{run.name}</Link>{' '}
                <StateBadge state={run.state} />{' '}
                <button
                  type="button"
                  className="ghost"
                  aria-label={`Remove ${run.name}`}
                  onClick={() => setSearchParams({ runs: ids.filter((id) => id !== run.id).join(',') })}
                >
                  ×
                </button>
              </th>
            ))}
          </tr>
        </thead>
        {groups.map(([title, all]) => (
          <tbody key={title}>
            <tr className="group">
              <th colSpan={runs.length + 1} scope="rowgroup">
                {title}
              </th>
            </tr>
            {all.map(([name, texts]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {texts.map((text, i) => (
                  <td key={runs[i]!.id}>{text}</td>
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </section>
  )
}

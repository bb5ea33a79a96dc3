import type { RunRow } from '@chimney/core/schema/api/run-table'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { getRunTable, listRuns, listSweeps } from '../api/endpoints.ts'
import { ApiError } from '../api/request.ts'
import { setSearchParams, useLocation } from '../app/location.ts'
import { ARCHIVED } from '../model/tags.ts'
import { CopyBlock } from '../ui/copy-block.tsx'
import { Empty, ErrorMessage, Loading } from '../ui/feedback.tsx'
import { useNow } from '../ui/use-now.ts'
import { ViewBar } from '../views/view-bar.tsx'
import { ProjectHeader } from './project-header.tsx'
import { RunsTable } from './runs-table.tsx'
import { SweepList } from './sweep-list.tsx'

interface Props {
  readonly page: 'project' | 'sweeps' | 'compare'
  readonly entity: string
  readonly project: string
}

const REFETCH_MS = 5_000

/** Sweeps and runs of a project. */
export function ProjectPage({ page, entity, project }: Props) {
  const now = useNow()
  const at = { entity, project }
  const sweeps = useInfiniteQuery({
    queryKey: ['sweeps', entity, project],
    queryFn: ({ pageParam }) => listSweeps(entity, project, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) =>
        items.some((sweep) => sweep.trials.open > 0 || sweep.state === 'running'),
      )
        ? REFETCH_MS
        : false,
  })
  const { query } = useLocation()
  const all = sweeps.data?.pages.flatMap((each) => each.items) ?? []
  const archived = all.filter((sweep) => sweep.archived).length
  const showArchived = query.get('archived-sweeps') === 'shown'
  const missing = sweeps.error instanceof ApiError && sweeps.error.status === 404
  return (
    <>
      <ProjectHeader page={page} entity={entity} project={project} />
      <section aria-labelledby="sweeps">
        <h2 id="sweeps">Sweeps</h2>
        {sweeps.isPending && <Loading what="sweeps" />}
        {sweeps.error && !missing && (
          <ErrorMessage error={sweeps.error} retry={() => void sweeps.refetch()} />
        )}
        {(missing || (sweeps.data && all.length === 0)) && (
          <Empty title="No sweeps yet">
            <p>Define a search space and start:</p>
            <CopyBlock label="the command" text={`npx chimney sweep sweep.yaml --project ${project}`} />
            <CopyBlock label="the command for wandb" text={`wandb sweep --project ${project} sweep.yaml`} />
          </Empty>
        )}
        {archived > 0 && (
          <label className="check">
            <input
              type="checkbox"
              checked={showArchived}
              onChange={(event) =>
                setSearchParams({ 'archived-sweeps': event.target.checked ? 'shown' : null })
              }
            />{' '}
            Show {archived} archived {archived === 1 ? 'sweep' : 'sweeps'}
          </label>
        )}
        <SweepList at={at} sweeps={showArchived ? all : all.filter((sweep) => !sweep.archived)} now={now} />
        {sweeps.hasNextPage && (
          <button type="button" onClick={() => void sweeps.fetchNextPage()}>
            Load more
          </button>
        )}
      </section>
      {page === 'project' && !missing && <Runs {...at} />}
    </>
  )
}

/** The newest runs are read often while one of them runs, the whole table seldom. */
const TABLE_REFETCH_MS = 30_000
const isOpen = ({ state }: { readonly state: string }) => state === 'running' || state === 'queued'

/** All runs: the table, with the newest runs as they are now. */
function useRuns(entity: string, project: string) {
  const table = useQuery({
    queryKey: ['run-table', entity, project],
    queryFn: () => getRunTable(entity, project),
    refetchInterval: ({ state }) => (state.data?.some(isOpen) ? TABLE_REFETCH_MS : false),
  })
  const newest = useQuery({
    queryKey: ['newest-runs', entity, project],
    queryFn: () => listRuns(entity, project),
    enabled: table.data?.some(isOpen) ?? false,
    refetchInterval: REFETCH_MS,
  })
  const runs = useMemo(() => {
    const fresh = newest.dataUpdatedAt > table.dataUpdatedAt ? (newest.data?.items ?? []) : []
    if (fresh.length === 0) return table.data
    const byId = new Map<string, RunRow>(fresh.map((run) => [run.id, run]))
    const known = new Set(table.data?.map(({ id }) => id))
    return [
      ...fresh.filter(({ id }) => !known.has(id)),
      ...(table.data ?? []).map((run) => byId.get(run.id) ?? run),
    ]
  }, [table.data, table.dataUpdatedAt, newest.data, newest.dataUpdatedAt])
  return { ...table, data: runs }
}

function Runs({ entity, project }: { entity: string; project: string }) {
  const { query } = useLocation()
  const hideSweepRuns = query.get('sweep-runs') === 'hidden'
  const runs = useRuns(entity, project)
  const all = runs.data
  const showArchived = query.get('archived') === 'shown'
  const archived = useMemo(() => all?.filter(({ tags }) => tags.includes(ARCHIVED)).length ?? 0, [all])
  const shown = useMemo(
    () =>
      all?.filter(
        ({ sweep, tags }) => (!hideSweepRuns || sweep === null) && (showArchived || !tags.includes(ARCHIVED)),
      ) ?? [],
    [all, hideSweepRuns, showArchived],
  )
  return (
    <section aria-labelledby="runs">
      <div className="page-header">
        <h2 id="runs" className="hidden">
          Runs
        </h2>
        <label className="check">
          <input
            type="checkbox"
            checked={hideSweepRuns}
            onChange={(event) => setSearchParams({ 'sweep-runs': event.target.checked ? 'hidden' : null })}
          />{' '}
          Hide sweep runs
        </label>
        {archived > 0 && (
          <label className="check">
            <input
              type="checkbox"
              checked={showArchived}
              onChange={(event) => setSearchParams({ archived: event.target.checked ? 'shown' : null })}
            />{' '}
            Show {archived} archived
          </label>
        )}
        <span className="grow" />
        <ViewBar at={{ entity, project }} page="project" />
      </div>
      {runs.isPending && <Loading what="runs" />}
      {runs.error && <ErrorMessage error={runs.error} retry={() => void runs.refetch()} />}
      {all && shown.length === 0 && (
        <p className="muted">
          {hideSweepRuns && all.length > 0 ? 'All runs belong to a sweep.' : 'No runs yet.'}
        </p>
      )}
      {shown.length > 0 && <RunsTable entity={entity} project={project} runs={shown} />}
    </section>
  )
}

import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { listRuns, listSweeps } from '../api/endpoints.ts'
import { ApiError } from '../api/request.ts'
import { newSweepUrl, projectUrl, sweepsUrl } from '../app/routes.ts'
import { CopyBlock } from '../ui/copy-block.tsx'
import { Empty, ErrorMessage, Loading } from '../ui/feedback.tsx'
import { Link } from '../ui/link.tsx'
import { useNow } from '../ui/use-now.ts'
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
  const all = sweeps.data?.pages.flatMap((each) => each.items) ?? []
  const missing = sweeps.error instanceof ApiError && sweeps.error.status === 404
  return (
    <>
      <div className="page-header">
        <h1>{project}</h1>
        <nav aria-label="Project" className="tabs">
          <Link href={projectUrl(entity, project)} aria-current={page === 'project' ? 'page' : undefined}>
            Overview
          </Link>
          <Link href={sweepsUrl(entity, project)} aria-current={page === 'sweeps' ? 'page' : undefined}>
            Sweeps
          </Link>
        </nav>
        <span className="grow" />
        <Link className="button primary" href={newSweepUrl(entity, project)}>
          New sweep
        </Link>
      </div>
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
        <SweepList at={at} sweeps={all} now={now} />
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

function Runs({ entity, project }: { entity: string; project: string }) {
  const [hideSweepRuns, setHideSweepRuns] = useState(false)
  const runs = useInfiniteQuery({
    queryKey: ['runs', entity, project],
    queryFn: ({ pageParam }) => listRuns(entity, project, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some((run) => run.state === 'running'))
        ? REFETCH_MS
        : false,
  })
  const all = useMemo(() => runs.data?.pages.flatMap((page) => page.items) ?? [], [runs.data])
  const shown = useMemo(
    () => (hideSweepRuns ? all.filter((run) => run.sweep === null) : all),
    [all, hideSweepRuns],
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
            onChange={(event) => setHideSweepRuns(event.target.checked)}
          />{' '}
          Hide sweep runs
        </label>
      </div>
      {runs.isPending && <Loading what="runs" />}
      {runs.error && <ErrorMessage error={runs.error} retry={() => void runs.refetch()} />}
      {runs.data && shown.length === 0 && (
        <p className="muted">{hideSweepRuns ? 'All loaded runs belong to a sweep.' : 'No runs yet.'}</p>
      )}
      {shown.length > 0 && <RunsTable entity={entity} project={project} runs={shown} />}
      {runs.hasNextPage && (
        <button type="button" onClick={() => void runs.fetchNextPage()}>
          Load more
        </button>
      )}
    </section>
  )
}

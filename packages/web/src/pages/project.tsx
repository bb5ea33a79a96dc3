import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { listRuns, listSweeps } from '../api/calls.ts'
import { ApiError } from '../api/http.ts'
import { compareUrl, projectUrl, runUrl, sweepsUrl, sweepUrl } from '../app/routes.ts'
import { formatAgo, formatNumber } from '../model/format.ts'
import { CopyBlock } from '../ui/copy.tsx'
import { Link } from '../ui/link.tsx'
import { useNow } from '../ui/now.ts'
import { StateBadge } from '../ui/state.tsx'
import { Empty, Loading, Trouble } from '../ui/trouble.tsx'
import { NewSweep } from './new-sweep.tsx'
import { SweepList } from './sweep-list.tsx'

interface Props {
  readonly page: 'project' | 'sweeps' | 'compare'
  readonly entity: string
  readonly project: string
}

const RENEW_MS = 5_000

/** The sweeps of a project, and its runs. */
export function ProjectPage({ page, entity, project }: Props) {
  const now = useNow()
  const [creating, setCreating] = useState(false)
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
        ? RENEW_MS
        : false,
  })
  const all = sweeps.data?.pages.flatMap((each) => each.items) ?? []
  const missing = sweeps.error instanceof ApiError && sweeps.error.status === 404
  return (
    <>
      <div className="head">
        <h1>{project}</h1>
        <nav aria-label="Of this project" className="tabs">
          <Link href={projectUrl(entity, project)} aria-current={page === 'project' ? 'page' : undefined}>
            Overview
          </Link>
          <Link href={sweepsUrl(entity, project)} aria-current={page === 'sweeps' ? 'page' : undefined}>
            Sweeps
          </Link>
        </nav>
        <span className="grow" />
        <button type="button" className="main" onClick={() => setCreating(true)}>
          New sweep
        </button>
      </div>
      {creating && <NewSweep {...at} onClose={() => setCreating(false)} />}
      <section aria-labelledby="sweeps">
        <h2 id="sweeps">Sweeps</h2>
        {sweeps.isPending && <Loading what="sweeps" />}
        {sweeps.error && !missing && <Trouble error={sweeps.error} retry={() => void sweeps.refetch()} />}
        {(missing || (sweeps.data && all.length === 0)) && (
          <Empty title="No sweeps yet">
            <p>Write down what to search, and start it from here or from a terminal:</p>
            <CopyBlock label="the command" text={`npx chimney sweep sweep.yaml --project ${project}`} />
            <CopyBlock label="the command for wandb" text={`wandb sweep --project ${project} sweep.yaml`} />
          </Empty>
        )}
        <SweepList at={at} sweeps={all} now={now} />
        {sweeps.hasNextPage && (
          <button type="button" onClick={() => void sweeps.fetchNextPage()}>
            Older sweeps
          </button>
        )}
      </section>
      {page === 'project' && !missing && <Runs {...at} now={now} />}
    </>
  )
}

function Runs({ entity, project, now }: { entity: string; project: string; now: number }) {
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [alone, setAlone] = useState(false)
  const runs = useInfiniteQuery({
    queryKey: ['runs', entity, project],
    queryFn: ({ pageParam }) => listRuns(entity, project, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some((run) => run.state === 'running')) ? RENEW_MS : false,
  })
  const all = runs.data?.pages.flatMap((page) => page.items) ?? []
  const shown = alone ? all.filter((run) => run.sweep === null) : all
  return (
    <section aria-labelledby="runs">
      <div className="head">
        <h2 id="runs">Runs</h2>
        <label className="check">
          <input type="checkbox" checked={alone} onChange={(event) => setAlone(event.target.checked)} /> only
          those without a sweep
        </label>
        <span className="grow" />
        {chosen.length > 1 && (
          <Link className="button" href={compareUrl(entity, project, chosen)}>
            Compare {chosen.length} runs
          </Link>
        )}
      </div>
      {runs.isPending && <Loading what="runs" />}
      {runs.error && <Trouble error={runs.error} retry={() => void runs.refetch()} />}
      {runs.data && shown.length === 0 && (
        <p className="soft">{alone ? 'No run without a sweep among those read so far.' : 'No runs yet.'}</p>
      )}
      {shown.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it
        <section className="scroll card flush" tabIndex={0} aria-label="Table of runs">
          <table className="plain">
            <thead>
              <tr>
                <th>
                  <span className="hidden">Compare</span>
                </th>
                <th>Run</th>
                <th>State</th>
                <th>Sweep</th>
                <th>Latest values</th>
                <th>Made</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((run) => (
                <tr key={run.id}>
                  <td>
                    <input
                      type="checkbox"
                      aria-label={`Compare ${run.name}`}
                      checked={chosen.includes(run.id)}
                      onChange={(event) =>
                        setChosen(
                          event.target.checked ? [...chosen, run.id] : chosen.filter((id) => id !== run.id),
                        )
                      }
                    />
                  </td>
                  <td>
                    <Link href={runUrl(entity, project, run.id)}>{run.name}</Link>
                  </td>
                  <td>
                    <StateBadge state={run.state} />
                  </td>
                  <td>{run.sweep && <Link href={sweepUrl(entity, project, run.sweep)}>{run.sweep}</Link>}</td>
                  <td className="soft">{latest(run.summary)}</td>
                  <td className="soft">{formatAgo(run.created_at, now)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {runs.hasNextPage && (
        <button type="button" onClick={() => void runs.fetchNextPage()}>
          Older runs
        </button>
      )}
    </section>
  )
}

/** The first few numbers of a summary. */
const latest = (summary: Readonly<Record<string, unknown>>): string =>
  Object.entries(summary)
    .flatMap(([name, value]) =>
      typeof value === 'number' && !name.startsWith('_') ? [`${name} ${formatNumber(value)}`] : [],
    )
    .slice(0, 4)
    .join(' · ')

import type { ArtifactRun, ArtifactSummary, ArtifactVersion } from '@chimney/core/schema/api/artifacts'
import { useInfiniteQuery } from '@tanstack/react-query'
import { artifactUrl, runUrl } from '../app/routes.ts'
import { ErrorMessage, Loading } from '../ui/feedback.tsx'
import { Link } from '../ui/link.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { getLineage, listRunArtifacts } from './artifact-endpoints.ts'
import { LoadMore } from './load-more.tsx'
import { usePages } from './use-pages.ts'

/** What the run that logged a version had used, that run, the version, and the runs that used it: from left to right. */
export function VersionLineage({ version }: { version: ArtifactVersion }) {
  const { entity, project, collection } = version
  const lineage = useInfiniteQuery({
    queryKey: ['artifact-lineage', entity, project, collection, version.version, 'pages'],
    queryFn: ({ pageParam }) => getLineage(version, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor,
  })
  if (lineage.error) return <ErrorMessage error={lineage.error} retry={() => void lineage.refetch()} />
  if (lineage.isPending) return <Loading what="the lineage" />
  const logger = lineage.data.pages[0]?.logged_by
  const users = lineage.data.pages.flatMap(({ items }) => items)
  return (
    <section className="card figure" aria-label="Lineage">
      <header>
        <h2>Lineage</h2>
      </header>
      <ol className="lineage">
        {logger && <Inputs run={logger} />}
        <Column title="Logged by">
          {logger ? <RunNode run={logger} /> : <li className="muted">No run</li>}
        </Column>
        <Column title="This version">
          <li className="node artifact current">
            <b>
              {collection}:{version.version}
            </b>
            <span className="muted">{version.type}</span>
          </li>
        </Column>
        <Column title="Used by">
          {users.length === 0 && <li className="muted">No run</li>}
          {users.map((run) => (
            <RunNode key={`${run.project}/${run.run}`} run={run} />
          ))}
        </Column>
      </ol>
      <LoadMore pages={lineage} />
    </section>
  )
}

function Inputs({ run }: { run: ArtifactRun }) {
  const inputs = usePages(['run-artifacts', run.entity, run.project, run.run, 'used'], (cursor) =>
    listRunArtifacts(run, 'used', cursor),
  )
  if (inputs.items.length === 0) return null
  return (
    <Column title="Inputs of the run">
      {inputs.items.map((input) => (
        <ArtifactNode key={input.path} artifact={input} />
      ))}
      <LoadMore pages={inputs} />
    </Column>
  )
}

const Column = ({ title, children }: { title: string; children: React.ReactNode }) => (
  <li>
    <h3>{title}</h3>
    <ul>{children}</ul>
  </li>
)

const RunNode = ({ run: { entity, project, run, name, state } }: { run: ArtifactRun }) => (
  <li className="node">
    <Link href={runUrl(entity, project, run)}>{name}</Link>
    <StateBadge state={state} />
  </li>
)

const ArtifactNode = ({ artifact }: { artifact: ArtifactSummary }) => (
  <li className="node artifact">
    <Link href={artifactUrl(artifact)}>
      {artifact.collection}:{artifact.version}
    </Link>
    <span className="muted">{artifact.type}</span>
  </li>
)

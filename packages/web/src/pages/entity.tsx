import { useInfiniteQuery } from '@tanstack/react-query'
import { listProjects } from '../api/endpoints.ts'
import { serviceUrl } from '../app/base.ts'
import { projectUrl } from '../app/routes.ts'
import { formatAgo } from '../model/format.ts'
import { CopyBlock } from '../ui/copy-block.tsx'
import { Empty, ErrorMessage, Loading } from '../ui/feedback.tsx'
import { Link } from '../ui/link.tsx'
import { useNow } from '../ui/use-now.ts'

/** Lists the projects of an entity. */
export function EntityPage({ entity }: { entity: string }) {
  const now = useNow()
  const projects = useInfiniteQuery({
    queryKey: ['projects', entity],
    queryFn: ({ pageParam }) => listProjects(entity, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor,
  })
  const all = projects.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      <h1>{entity}</h1>
      {projects.isPending && <Loading what="projects" />}
      {projects.error && <ErrorMessage error={projects.error} retry={() => void projects.refetch()} />}
      {projects.data && all.length === 0 && (
        <Empty title="No projects yet">
          <p>The first sweep or run creates a project. Start with one of these:</p>
          <CopyBlock
            label="the commands"
            text={`npx chimney login ${serviceUrl()}\nnpx chimney sweep sweep.yaml --project first`}
          />
          <CopyBlock
            label="the commands for wandb"
            text={`export WANDB_BASE_URL=${serviceUrl()} WANDB__FILE_STREAM_NO_GZIP=false\nwandb login && wandb sweep --project first sweep.yaml`}
          />
        </Empty>
      )}
      {all.length > 0 && (
        <ul className="tiles">
          {all.map((project) => (
            <li key={project.name}>
              <Link href={projectUrl(entity, project.name)} className="card tile">
                <b>{project.name}</b>
                <span className="muted">created {formatAgo(project.created_at, now)}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {projects.hasNextPage && (
        <button type="button" onClick={() => void projects.fetchNextPage()}>
          Load more
        </button>
      )}
    </>
  )
}

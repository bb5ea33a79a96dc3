import { useMutation, useQuery } from '@tanstack/react-query'
import { ApiError } from '../api/request.ts'
import { navigate } from '../app/location.ts'
import { reportUrl } from '../app/routes.ts'
import { useCanWrite } from '../app/use-viewer.ts'
import { formatAgo } from '../model/format.ts'
import { ProjectHeader } from '../pages/project-header.tsx'
import { Empty, ErrorMessage, Loading } from '../ui/feedback.tsx'
import { Link } from '../ui/link.tsx'
import { useNow } from '../ui/use-now.ts'
import { createReport, listReports } from './report-endpoints.ts'

const FIRST_TEXT = `Write Markdown here. A block of the language \`panel\` is live:

\`\`\`panel
type: runs
limit: 5
\`\`\`
`

/** The reports of a project. */
export default function ReportsPage({ entity, project }: { entity: string; project: string }) {
  const at = { entity, project }
  const now = useNow()
  const canWrite = useCanWrite()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['reports', entity, project],
    queryFn: () => listReports(at),
  })
  const create = useMutation({
    mutationFn: () => createReport(at, { title: 'Untitled', text: FIRST_TEXT }),
    onSuccess: ({ id }) => navigate(`${reportUrl(entity, project, id)}?edit=1`),
  })
  const missing = error instanceof ApiError && error.status === 404
  return (
    <>
      <ProjectHeader page="reports" entity={entity} project={project} />
      {isPending && <Loading what="reports" />}
      {error && !missing && <ErrorMessage error={error} retry={() => void refetch()} />}
      {create.error && <ErrorMessage error={create.error} />}
      {canWrite && !missing && (
        <p>
          <button type="button" disabled={create.isPending} onClick={() => create.mutate()}>
            New report
          </button>
        </p>
      )}
      {(missing || data?.length === 0) && (
        <Empty title="No reports yet">
          <p>A report is a page of text with live charts and tables of this project's runs.</p>
        </Empty>
      )}
      <ul className="report-list">
        {data?.map(({ id, title, updated_at }) => (
          <li key={id} className="card">
            <Link href={reportUrl(entity, project, id)}>
              <b>{title}</b>
            </Link>{' '}
            <span className="muted">changed {formatAgo(updated_at, now)}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

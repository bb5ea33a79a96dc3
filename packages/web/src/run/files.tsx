import { useQuery } from '@tanstack/react-query'
import { listFiles, type RunAt } from '../api/endpoints.ts'
import { formatAgo, formatBytes } from '../model/format.ts'
import { ErrorMessage } from '../ui/feedback.tsx'
import { useNow } from '../ui/use-now.ts'

const REFETCH_MS = 15_000

/** Files of a run, with download links. */
export function Files({ at, live }: { at: RunAt; live: boolean }) {
  const now = useNow()
  const files = useQuery({
    queryKey: ['files', at.entity, at.project, at.run, live],
    queryFn: () => listFiles(at),
    // Download URLs expire after one hour.
    refetchInterval: live ? REFETCH_MS : 50 * 60_000,
  })
  if (files.error) return <ErrorMessage error={files.error} retry={() => void files.refetch()} />
  if (!files.data || files.data.length === 0) return null
  return (
    <section className="card figure" aria-label="Files">
      <header>
        <h2>Files</h2>
      </header>
      <table className="plain files">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" className="number">
              Size
            </th>
            <th scope="col">Modified</th>
          </tr>
        </thead>
        <tbody>
          {files.data.map(({ name, size, updated_at, url }) => (
            <tr key={name}>
              <td>
                <a href={url} download={name.split('/').pop()}>
                  {name}
                </a>
              </td>
              <td className="number">{formatBytes(size)}</td>
              <td className="muted">{formatAgo(updated_at, now)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

import { artifactUrl } from '../app/routes.ts'
import { formatAgo, formatBytes, formatCount } from '../model/format.ts'
import { ErrorMessage, Loading } from '../ui/feedback.tsx'
import { Link } from '../ui/link.tsx'
import { useNow } from '../ui/use-now.ts'
import { type CollectionAt, listVersions } from './artifact-endpoints.ts'
import { LoadMore } from './load-more.tsx'
import { usePages } from './use-pages.ts'

/** The versions of a collection, newest first. */
export function VersionList({ at, type, shown }: { at: CollectionAt; type: string; shown: string }) {
  const now = useNow()
  const pages = usePages(['artifact-versions', at.entity, at.project, at.collection], (cursor) =>
    listVersions(at, cursor),
  )
  if (pages.error) return <ErrorMessage error={pages.error} retry={() => void pages.refetch()} />
  if (pages.isPending) return <Loading what="versions" />
  return (
    <section className="card figure" aria-label="Versions">
      <header>
        <h2>Versions</h2>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it */}
      <section className="scroll" tabIndex={0} aria-label="Table of versions">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col">Aliases</th>
              <th scope="col">Description</th>
              <th scope="col" className="number">
                Files
              </th>
              <th scope="col" className="number">
                Size
              </th>
              <th scope="col">Created</th>
            </tr>
          </thead>
          <tbody>
            {pages.items.map((item) => (
              <tr key={item.version} className={item.version === shown ? 'best' : ''}>
                <td>
                  <Link href={artifactUrl({ ...at, type, version: item.version })}>{item.version}</Link>
                </td>
                <td>{item.aliases.join(', ')}</td>
                <td>{item.description ?? ''}</td>
                <td className="number">{formatCount(item.file_count)}</td>
                <td className="number">{formatBytes(item.size)}</td>
                <td className="muted">{formatAgo(item.created_at, now)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <LoadMore pages={pages} />
    </section>
  )
}

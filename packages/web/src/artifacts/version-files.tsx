import type { ArtifactFile, ArtifactVersion } from '@chimney/core/schema/api/artifacts'
import { useMemo } from 'react'
import { formatBytes, formatCount } from '../model/format.ts'
import { ErrorMessage, Loading } from '../ui/feedback.tsx'
import { listArtifactFiles } from './artifact-endpoints.ts'
import { type Folder, fileTree } from './file-tree.ts'
import { LoadMore } from './load-more.tsx'
import { usePages } from './use-pages.ts'

/** Download URLs expire after one hour. */
const URLS_MS = 50 * 60_000

/** The files of a version as a tree of folders. */
export function VersionFiles({ version }: { version: ArtifactVersion }) {
  const { entity, project, collection } = version
  const pages = usePages(
    ['artifact-files', entity, project, collection, version.version],
    (cursor) => listArtifactFiles(version, cursor),
    URLS_MS,
  )
  const root = useMemo(() => fileTree(pages.items), [pages.items])
  if (pages.error) return <ErrorMessage error={pages.error} retry={() => void pages.refetch()} />
  if (pages.isPending) return <Loading what="files" />
  return (
    <section className="card figure" aria-label="Files">
      <header>
        <h2>Files</h2>
        <p className="hint">
          {pages.items.length < version.file_count &&
            `${formatCount(pages.items.length)} of ${formatCount(version.file_count)} · `}
          {formatBytes(version.size)}
        </p>
      </header>
      {pages.items.length === 0 && <p className="muted">No files.</p>}
      <div className="file-tree">
        <Inside folder={root} />
      </div>
      <LoadMore pages={pages} />
    </section>
  )
}

/** More files than this are folded in at first. */
const OPEN_UP_TO = 30

function Inside({ folder }: { folder: Folder<ArtifactFile> }) {
  return (
    <ul>
      {folder.folders.map((inner) => (
        <li key={inner.path}>
          <details open={inner.count <= OPEN_UP_TO}>
            <summary>
              {inner.name}/{' '}
              <span className="muted">
                {formatCount(inner.count)}, {formatBytes(inner.size)}
              </span>
            </summary>
            <Inside folder={inner} />
          </details>
        </li>
      ))}
      {folder.files.map((file) => (
        <li key={file.name} className="file">
          <File file={file} name={file.name.slice(folder.path.length)} />
          <span className="muted">{formatBytes(file.size)}</span>
        </li>
      ))}
    </ul>
  )
}

function File({ file: { url, ref }, name }: { file: ArtifactFile; name: string }) {
  if (url !== null)
    return (
      <a href={url} download={name}>
        {name}
      </a>
    )
  // A reference to a bucket or a disk has no address for a browser.
  if (ref !== null && /^https?:/.test(ref))
    return (
      <a href={ref} rel="noreferrer noopener">
        {name}
      </a>
    )
  return (
    <span>
      {name} <span className="muted">→ {ref}</span>
    </span>
  )
}

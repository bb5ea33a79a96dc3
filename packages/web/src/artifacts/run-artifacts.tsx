import type { RunAt } from '../api/endpoints.ts'
import { artifactUrl } from '../app/routes.ts'
import { formatBytes } from '../model/format.ts'
import { ErrorMessage } from '../ui/feedback.tsx'
import { Link } from '../ui/link.tsx'
import { listRunArtifacts } from './artifact-endpoints.ts'
import { LoadMore } from './load-more.tsx'
import { usePages } from './use-pages.ts'

/** What a run logged and used; nothing when there is neither. Read again when the run ends. */
export function RunArtifacts({ at, live }: { at: RunAt; live: boolean }) {
  const key = (as: string) => ['run-artifacts', at.entity, at.project, at.run, as, String(live)]
  const logged = usePages(key('logged'), (cursor) => listRunArtifacts(at, 'logged', cursor))
  const used = usePages(key('used'), (cursor) => listRunArtifacts(at, 'used', cursor))
  const error = logged.error ?? used.error
  if (error)
    return (
      <ErrorMessage
        error={error}
        retry={() => {
          void logged.refetch()
          void used.refetch()
        }}
      />
    )
  if (logged.items.length === 0 && used.items.length === 0) return null
  return (
    <section className="card figure" aria-label="Artifacts">
      <header>
        <h2>Artifacts</h2>
      </header>
      <Rows title="Logged" pages={logged} />
      <Rows title="Used" pages={used} />
    </section>
  )
}

function Rows({ title, pages }: { title: string; pages: ReturnType<typeof usePages<Item>> }) {
  if (pages.items.length === 0) return null
  return (
    <>
      <h3>{title}</h3>
      <ul className="rows">
        {pages.items.map((artifact) => (
          <li key={artifact.path}>
            <Link href={artifactUrl(artifact)}>
              {artifact.collection}:{artifact.version}
            </Link>
            <span className="muted">
              {artifact.type} · {formatBytes(artifact.size)}
            </span>
          </li>
        ))}
      </ul>
      <LoadMore pages={pages} />
    </>
  )
}

type Item = Awaited<ReturnType<typeof listRunArtifacts>>['items'][number]

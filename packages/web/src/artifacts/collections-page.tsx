import type { ArtifactCollection } from '@chimney/core/schema/api/artifacts'
import { useMemo } from 'react'
import { ApiError } from '../api/request.ts'
import { artifactsUrl, artifactTypeUrl, artifactUrl } from '../app/routes.ts'
import { formatAgo, formatCount } from '../model/format.ts'
import { ProjectHeader } from '../pages/project-header.tsx'
import { CopyBlock } from '../ui/copy-block.tsx'
import { Empty, ErrorMessage, Loading } from '../ui/feedback.tsx'
import { Link } from '../ui/link.tsx'
import { useNow } from '../ui/use-now.ts'
import { listCollections } from './artifact-endpoints.ts'
import { LoadMore } from './load-more.tsx'
import { usePages } from './use-pages.ts'

const EXAMPLE = `artifact = wandb.Artifact("net", type="model")
artifact.add_file("weights.pt")
run.log_artifact(artifact, aliases=["best"])`

/** The artifact collections of a project, by type. */
export default function CollectionsPage({
  entity,
  project,
  type,
}: {
  entity: string
  project: string
  /** Only collections of this type. */
  type?: string | undefined
}) {
  const pages = usePages(['artifact-collections', entity, project], (cursor) =>
    listCollections(entity, project, cursor),
  )
  const missing = pages.error instanceof ApiError && pages.error.status === 404
  const types = useMemo(() => byType(pages.items, type), [pages.items, type])
  return (
    <>
      <ProjectHeader page="artifacts" entity={entity} project={project} />
      {pages.isPending && <Loading what="artifacts" />}
      {pages.error && !missing && <ErrorMessage error={pages.error} retry={() => void pages.refetch()} />}
      {(missing || (pages.data && types.length === 0 && !pages.hasNextPage)) && (
        <Empty title={type === undefined ? 'No artifacts yet' : `No artifacts of type ${type}`}>
          <p>Log versioned files from a run:</p>
          <CopyBlock label="the code" text={EXAMPLE} />
        </Empty>
      )}
      {type !== undefined && (
        <p>
          <Link href={artifactsUrl(entity, project)}>All types</Link>
        </p>
      )}
      {types.map(([name, collections]) => (
        <Type key={name} entity={entity} project={project} name={name} collections={collections} />
      ))}
      <LoadMore pages={pages} />
    </>
  )
}

function byType(items: readonly ArtifactCollection[], only: string | undefined) {
  const types = new Map<string, ArtifactCollection[]>()
  for (const item of items)
    if (only === undefined || item.type === only)
      types.set(item.type, [...(types.get(item.type) ?? []), item])
  return [...types].sort(([a], [b]) => (a < b ? -1 : 1))
}

function Type({
  entity,
  project,
  name,
  collections,
}: {
  entity: string
  project: string
  name: string
  collections: readonly ArtifactCollection[]
}) {
  const now = useNow()
  return (
    <section className="card figure" aria-label={`Type ${name}`}>
      <header>
        <h2>
          <Link href={artifactTypeUrl(entity, project, name)}>{name}</Link>
        </h2>
        <p className="hint">{formatCount(collections.length)}</p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it */}
      <section className="scroll" tabIndex={0} aria-label={`Collections of type ${name}`}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">Collection</th>
              <th scope="col">Description</th>
              <th scope="col">Tags</th>
              <th scope="col">Created</th>
            </tr>
          </thead>
          <tbody>
            {collections.map((collection) => (
              <tr key={collection.name}>
                <td>
                  <Link href={artifactUrl({ ...collection, collection: collection.name })}>
                    {collection.name}
                  </Link>
                  {collection.kind === 'portfolio' && <span className="muted"> links</span>}
                </td>
                <td>{collection.description ?? ''}</td>
                <td>{collection.tags.join(', ')}</td>
                <td className="muted">{formatAgo(collection.created_at, now)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

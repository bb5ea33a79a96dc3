import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError } from '../api/request.ts'
import { useLocation } from '../app/location.ts'
import { artifactUrl } from '../app/routes.ts'
import { useCanWrite } from '../app/use-viewer.ts'
import { Empty, ErrorMessage, Loading } from '../ui/feedback.tsx'
import { Link } from '../ui/link.tsx'
import { getCollection, getVersion } from './artifact-endpoints.ts'
import { CollectionActions } from './collection-actions.tsx'
import { VersionActions } from './version-actions.tsx'
import { VersionFiles } from './version-files.tsx'
import { VersionLineage } from './version-lineage.tsx'
import { VersionList } from './version-list.tsx'
import { VersionOverview } from './version-overview.tsx'

const TABS = ['overview', 'files', 'lineage', 'versions'] as const
const TITLES = { overview: 'Overview', files: 'Files', lineage: 'Lineage', versions: 'Versions' } as const

/** A collection of artifacts and one of its versions. */
export default function ArtifactPage({
  entity,
  project,
  collection: name,
  version,
}: {
  entity: string
  project: string
  collection: string
  version?: string | undefined
}) {
  const { query } = useLocation()
  const canWrite = useCanWrite()
  const client = useQueryClient()
  const at = { entity, project, collection: name }
  const collection = useQuery({
    queryKey: ['artifact-collection', entity, project, name],
    queryFn: () => getCollection(at),
  })
  const shown = useQuery({
    queryKey: ['artifact-version', entity, project, name, version ?? 'latest'],
    queryFn: () => getVersion({ ...at, version: version ?? 'latest' }),
  })
  const given = query.get('tab')
  const tab = TABS.find((each) => each === given) ?? (version === undefined ? 'versions' : 'overview')
  const onChanged = () =>
    Promise.all(
      ['artifact-collection', 'artifact-version', 'artifact-versions', 'artifact-lineage'].map((key) =>
        client.invalidateQueries({ queryKey: [key, entity, project, name] }),
      ),
    )
  /** Not the deleted version, which is still shown. */
  const onDeleted = () => {
    const own = [entity, project, name]
    for (const queryKey of [
      ['artifact-versions', ...own],
      ['artifact-version', ...own, 'latest'],
    ])
      void client.invalidateQueries({ queryKey })
  }
  if (collection.error)
    return <ErrorMessage error={collection.error} retry={() => void collection.refetch()} />
  const isMissing = shown.error instanceof ApiError && shown.error.status === 404
  if (shown.error && !isMissing)
    return <ErrorMessage error={shown.error} retry={() => void shown.refetch()} />
  if (!collection.data || shown.isPending) return <Loading what="the artifact" />
  const { type, kind } = collection.data
  const { data } = shown
  const pageOf = (each: (typeof TABS)[number]) =>
    `${artifactUrl({ ...at, type, version: version ?? data?.version })}?tab=${each}`
  return (
    <>
      <div className="page-header">
        <div>
          <h1>
            {name}
            {data && `:${data.version}`}
          </h1>
          <p className="muted">
            {type}
            {kind === 'portfolio' && ' · links to versions of other collections'}
          </p>
          {collection.data.description && <p>{collection.data.description}</p>}
        </div>
        {data && (
          <nav aria-label="Artifact" className="tabs">
            {TABS.map((each) => (
              <Link key={each} href={pageOf(each)} aria-current={tab === each ? 'page' : undefined}>
                {TITLES[each]}
              </Link>
            ))}
          </nav>
        )}
        <span className="grow" />
        {canWrite && data && <VersionActions version={data} onChanged={onChanged} onDeleted={onDeleted} />}
        {canWrite && <CollectionActions collection={collection.data} />}
      </div>
      {!data && version !== undefined && (
        <Empty title={`No version ${version}`}>
          <p>
            <Link href={artifactUrl({ ...at, type })}>All versions</Link>
          </p>
        </Empty>
      )}
      {!data && version === undefined && <Empty title="No versions" />}
      {data && tab === 'overview' && (
        <VersionOverview version={data} canWrite={canWrite} onChanged={onChanged} />
      )}
      {data && tab === 'files' && <VersionFiles version={data} />}
      {data && tab === 'lineage' && <VersionLineage version={data} />}
      {data && tab === 'versions' && <VersionList at={at} type={type} shown={data.version} />}
    </>
  )
}

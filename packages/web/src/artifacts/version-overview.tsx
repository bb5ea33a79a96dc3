import type { ArtifactVersion } from '@chimney/core/schema/api/artifacts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { artifactUrl, runUrl } from '../app/routes.ts'
import { exactText, formatBytes, formatCount, formatTime } from '../model/format.ts'
import { loggedText } from '../model/logged-text.ts'
import { flatten } from '../model/trial-table.ts'
import { CopyBlock } from '../ui/copy-block.tsx'
import { ErrorMessage } from '../ui/feedback.tsx'
import { Link } from '../ui/link.tsx'
import { getLineage, updateVersion } from './artifact-endpoints.ts'

interface Props {
  readonly version: ArtifactVersion
  readonly canWrite: boolean
  readonly onChanged: () => unknown
}

/** Runs that used the version, named on this page; the others are in its lineage. */
const MAX_RUNS = 5

/** Facts, aliases, metadata, and how to fetch a version. */
export function VersionOverview({ version, canWrite, onChanged }: Props) {
  const lineage = useQuery({
    queryKey: ['artifact-lineage', version.entity, version.project, version.collection, version.version],
    queryFn: () => getLineage(version),
  })
  const logger = lineage.data?.logged_by
  const users = lineage.data?.items ?? []
  const metadata = Object.entries(flatten(version.metadata))
  return (
    <div className="columns">
      <section className="card figure" aria-label="Details">
        <header>
          <h2>Details</h2>
        </header>
        {version.description && <p className="prose">{version.description}</p>}
        <dl className="key-values">
          <div>
            <dt>Aliases</dt>
            <dd>
              <Aliases version={version} canWrite={canWrite} onChanged={onChanged} />
            </dd>
          </div>
          {version.source && (
            <div>
              <dt>Links to</dt>
              <dd>
                <Link href={artifactUrl({ ...version.source, type: version.type })}>
                  {version.source.collection}:{version.source.version}
                </Link>
              </dd>
            </div>
          )}
          {lineage.data?.links
            .filter(
              ({ project, collection }) => project !== version.project || collection !== version.collection,
            )
            .map((link) => (
              <div key={`${link.project}/${link.collection}`}>
                <dt>Linked in</dt>
                <dd>
                  <Link href={artifactUrl({ ...link, type: version.type })}>
                    {link.project}/{link.collection}:{link.version}
                  </Link>
                  {link.aliases.length > 0 && <span className="muted"> {link.aliases.join(', ')}</span>}
                </dd>
              </div>
            ))}
          <div>
            <dt>Logged by</dt>
            <dd>
              {logger ? (
                <Link href={runUrl(logger.entity, logger.project, logger.run)}>{logger.name}</Link>
              ) : (
                <span className="muted">{version.run ? `${version.run} (deleted)` : 'no run'}</span>
              )}
            </dd>
          </div>
          <div>
            <dt>Used by</dt>
            <dd>
              {users.length === 0 && <span className="muted">no run</span>}
              {users.slice(0, MAX_RUNS).map(({ entity, project, run, name }, i) => (
                <span key={`${project}/${run}`}>
                  {i > 0 && ', '}
                  <Link href={runUrl(entity, project, run)}>{name}</Link>
                </span>
              ))}
              {(users.length > MAX_RUNS || lineage.data?.next_cursor !== undefined) && ', …'}
            </dd>
          </div>
          <Fact name="Files" value={`${formatCount(version.file_count)}, ${formatBytes(version.size)}`} />
          {version.tags.length > 0 && <Fact name="Tags" value={version.tags.join(', ')} />}
          <Fact name="Digest" value={version.digest} />
          <Fact name="Created" value={formatTime(version.created_at)} />
          <Fact name="Updated" value={formatTime(version.updated_at)} />
        </dl>
        {lineage.error && <ErrorMessage error={lineage.error} retry={() => void lineage.refetch()} />}
      </section>
      <section className="card figure" aria-label="Metadata">
        <header>
          <h2>Metadata</h2>
        </header>
        {metadata.length === 0 ? (
          <p className="muted">No metadata.</p>
        ) : (
          <dl className="key-values">
            {metadata.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd title={exactText(value)}>{loggedText(value)}</dd>
              </div>
            ))}
          </dl>
        )}
      </section>
      <section className="card figure" aria-label="Use">
        <header>
          <h2>Use</h2>
        </header>
        <p className="muted">In a run, which then counts as a user:</p>
        <CopyBlock
          label="the code for a run"
          text={`artifact = run.use_artifact(${JSON.stringify(version.path)})\nfolder = artifact.download()`}
        />
        <p className="muted">Without a run:</p>
        <CopyBlock
          label="the code without a run"
          text={`artifact = wandb.Api().artifact(${JSON.stringify(version.path)})\nfolder = artifact.download()`}
        />
      </section>
    </div>
  )
}

const Fact = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
)

/** `latest` belongs to the version that was logged last, and cannot be removed. */
function Aliases({ version, canWrite, onChanged }: Props) {
  const id = useId()
  const [text, setText] = useState('')
  const changed = useMutation({
    mutationFn: (patch: { add_aliases?: string[]; remove_aliases?: string[] }) =>
      updateVersion(version, patch),
    onSuccess: async (_, { add_aliases }) => {
      if (add_aliases) setText('')
      await onChanged()
    },
  })
  const add = (event: FormEvent) => {
    event.preventDefault()
    changed.mutate({ add_aliases: [text.trim()] })
  }
  return (
    <>
      <ul className="aliases">
        {version.aliases.map((alias) => (
          <li key={alias}>
            {alias}
            {canWrite && alias !== 'latest' && (
              <button
                type="button"
                className="ghost"
                aria-label={`Remove alias ${alias}`}
                disabled={changed.isPending}
                onClick={() => changed.mutate({ remove_aliases: [alias] })}
              >
                ×
              </button>
            )}
          </li>
        ))}
        {version.aliases.length === 0 && <li className="muted">none</li>}
      </ul>
      {canWrite && (
        <form className="row" onSubmit={add}>
          <label htmlFor={id} className="hidden">
            New alias
          </label>
          <input
            id={id}
            value={text}
            placeholder="New alias"
            maxLength={128}
            onChange={(event) => setText(event.target.value)}
          />
          <button type="submit" disabled={changed.isPending || text.trim() === ''}>
            Add
          </button>
        </form>
      )}
      {changed.error && <ErrorMessage error={changed.error} />}
    </>
  )
}

import type { KeyBody } from '@chimney/core/schema/api/keys'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { createKey, listKeys, revokeKey } from '../api/endpoints.ts'
import { useViewer } from '../app/use-viewer.ts'
import { formatAgo, formatTime } from '../model/format.ts'
import { CopyBlock } from '../ui/copy-block.tsx'
import { ErrorMessage, Loading } from '../ui/feedback.tsx'
import { useNow } from '../ui/use-now.ts'

const DAY_MS = 24 * 3_600_000
const EXPIRY_DAYS = [7, 30, 90, 365]
const SCOPES: readonly (readonly [KeyBody['scope'], string])[] = [
  ['read', 'view everything'],
  ['ingest', 'run agents and log'],
  ['write', 'also create, change and delete'],
  ['admin', 'also manage keys'],
]

/** API keys: list, create, revoke. */
export function SettingsPage() {
  const client = useQueryClient()
  const now = useNow()
  const [name, setName] = useState('')
  const [scope, setScope] = useState<KeyBody['scope']>('write')
  const [days, setDays] = useState('')
  const isAdmin = useViewer()?.scope === 'admin'
  const keys = useQuery({ queryKey: ['keys'], queryFn: listKeys, enabled: isAdmin })
  const [confirming, setConfirming] = useState<string>()
  const id = useId()
  const refetch = () => client.invalidateQueries({ queryKey: ['keys'] })
  const creation = useMutation({ mutationFn: createKey, onSuccess: () => [setName(''), refetch()] })
  const revocation = useMutation({
    mutationFn: revokeKey,
    onSuccess: () => [setConfirming(undefined), refetch()],
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    creation.mutate({
      name: name.trim(),
      scope,
      ...(days !== '' && { expires_at: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }),
    })
  }
  if (!isAdmin)
    return (
      <div className="narrow">
        <h1>API keys</h1>
        <p>Your key has no admin scope. An admin of the workspace creates and revokes keys.</p>
      </div>
    )
  return (
    <div className="narrow">
      <h1>API keys</h1>
      <section className="card">
        <h2>Create API key</h2>
        <form className="row" onSubmit={submit}>
          <label htmlFor={id}>Name</label>
          <input
            id={id}
            value={name}
            maxLength={128}
            required
            placeholder="laptop, CI, …"
            onChange={(event) => setName(event.target.value)}
          />
          <label htmlFor={`${id}scope`}>Scope</label>
          <select
            id={`${id}scope`}
            value={scope}
            onChange={(event) => setScope(event.target.value as KeyBody['scope'])}
          >
            {SCOPES.map(([value, text]) => (
              <option key={value} value={value}>
                {value}: {text}
              </option>
            ))}
          </select>
          <label htmlFor={`${id}days`}>Expires</label>
          <select id={`${id}days`} value={days} onChange={(event) => setDays(event.target.value)}>
            <option value="">never</option>
            {EXPIRY_DAYS.map((each) => (
              <option key={each} value={each}>
                in {each} days
              </option>
            ))}
          </select>
          <button type="submit" className="primary" disabled={creation.isPending || name.trim() === ''}>
            {' '}
            Create key{' '}
          </button>
        </form>
        {creation.error && <ErrorMessage error={creation.error} />}
        {creation.data && (
          <div role="status">
            <p>
              API key <b>{creation.data.name}</b>. Copy it now: you won't see it again.
            </p>
            <CopyBlock label="the key" text={creation.data.key} />
          </div>
        )}
      </section>
      <section className="card">
        <h2>Keys</h2>
        {keys.isPending && <Loading what="keys" />}
        {keys.error && <ErrorMessage error={keys.error} retry={() => void keys.refetch()} />}
        {revocation.error && <ErrorMessage error={revocation.error} />}
        {keys.data?.length === 0 && <p>No keys except the one deployed with the service.</p>}
        {keys.data && keys.data.length > 0 && (
          <ul className="rows">
            {keys.data.map((key) => (
              <li key={key.id}>
                <span className="grow">
                  <b>{key.name}</b> <span className="scope">{key.scope}</span>{' '}
                  <span className="muted">
                    created {formatAgo(key.created_at, now)}
                    {key.last_used_at ? `, last used ${formatAgo(key.last_used_at, now)}` : ', never used'}
                    {key.expires_at &&
                      (Date.parse(key.expires_at) <= now
                        ? `, expired ${formatAgo(key.expires_at, now)}`
                        : `, expires ${formatTime(key.expires_at)}`)}
                  </span>
                </span>
                {confirming === key.id ? (
                  <>
                    <button
                      type="button"
                      className="danger"
                      disabled={revocation.isPending}
                      onClick={() => revocation.mutate(key.id)}
                    >
                      Revoke
                    </button>
                    <button type="button" onClick={() => setConfirming(undefined)}>
                      {' '}
                      Cancel{' '}
                    </button>
                  </>
                ) : (
                  <button
                    type="button"
                    aria-label={`Revoke ${key.name}`}
                    onClick={() => setConfirming(key.id)}
                  >
                    Revoke
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  )
}

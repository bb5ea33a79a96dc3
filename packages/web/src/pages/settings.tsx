import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { createKey, listKeys, revokeKey } from '../api/endpoints.ts'
import { formatAgo } from '../model/format.ts'
import { CopyBlock } from '../ui/copy-block.tsx'
import { ErrorMessage, Loading } from '../ui/feedback.tsx'
import { useNow } from '../ui/use-now.ts'

/** API keys: list, create, revoke. */
export function SettingsPage() {
  const client = useQueryClient()
  const now = useNow()
  const keys = useQuery({ queryKey: ['keys'], queryFn: listKeys })
  const [name, setName] = useState('')
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
    creation.mutate(name.trim())
  }
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
        <h2>Active keys</h2>
        {keys.isPending && <Loading what="keys" />}
        {keys.error && <ErrorMessage error={keys.error} retry={() => void keys.refetch()} />}
        {revocation.error && <ErrorMessage error={revocation.error} />}
        {keys.data?.length === 0 && <p>No keys except the one deployed with the service.</p>}
        {keys.data && keys.data.length > 0 && (
          <ul className="rows">
            {keys.data.map((key) => (
              <li key={key.id}>
                <span className="grow">
                  <b>{key.name}</b> <span className="muted">created {formatAgo(key.created_at, now)}</span>
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

import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { signIn } from '../api/endpoints.ts'
import { Trouble } from '../ui/feedback.tsx'

/** Asks for an API key; the service keeps it in a cookie that scripts cannot read. */
export function SignIn({ children }: { children?: React.ReactNode }) {
  const client = useQueryClient()
  const [key, setKey] = useState('')
  const [error, setError] = useState<Error>()
  const [busy, setBusy] = useState(false)
  const id = useId()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      await signIn(key.trim())
      await client.resetQueries()
    } catch (problem) {
      setError(problem as Error)
    } finally {
      setBusy(false)
    }
  }
  const framed = window.top !== window.self
  return (
    <div className="narrow">
      <form className="card sign-in" onSubmit={submit}>
        <h1>Sign in</h1>
        <p>
          Give an API key of this service. It stays in a cookie of this browser that no script can read, for
          30 days or until you sign out.
        </p>
        {framed && (
          <p>
            Within a frame the browser may keep the cookie from us; then{' '}
            <a href={location.href} target="_blank" rel="noreferrer">
              open the page in a tab of its own
            </a>
            .
          </p>
        )}
        <label htmlFor={id}>API key</label>
        <input
          id={id}
          type="password"
          autoComplete="current-password"
          spellCheck={false}
          required
          // biome-ignore lint/a11y/noAutofocus: there is nothing else on the page
          autoFocus
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
        {error && <Trouble error={error} />}
        <button type="submit" className="main" disabled={busy || key.trim() === ''}>
          Sign in
        </button>
      </form>
      {children ?? <WhereKeysAre />}
    </div>
  )
}

export const WhereKeysAre = () => (
  <details className="card">
    <summary>Where do I find a key?</summary>
    <dl className="pairs">
      <dt>On your own machine</dt>
      <dd>
        <code>npm start</code> prints it, and keeps it in its data folder.
      </dd>
      <dt>In AWS</dt>
      <dd>
        Whoever deployed the service has the first one: <code>npx sst secret list</code>.
      </dd>
      <dt>From somebody who has one</dt>
      <dd>
        They make one for you on the page <b>Keys</b>, or with <code>npx chimney keys create NAME</code>.
      </dd>
    </dl>
  </details>
)

import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { signIn } from '../api/endpoints.ts'
import { ErrorMessage } from '../ui/feedback.tsx'

/** Sign-in with an API key, which the server stores in an HttpOnly cookie. */
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
    } catch (cause) {
      setError(cause as Error)
    } finally {
      setBusy(false)
    }
  }
  const inFrame = window.top !== window.self
  return (
    <div className="narrow">
      <form className="card sign-in" onSubmit={submit}>
        <h1>Sign in</h1>
        <p>
          Enter your API key. This browser keeps it in an HttpOnly cookie for 30 days, or until you sign out.
        </p>
        {inFrame && (
          <p>
            The browser may block the cookie in a frame. If so,{' '}
            <a href={location.href} target="_blank" rel="noreferrer">
              open the page in a new tab
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
          // biome-ignore lint/a11y/noAutofocus: the only input of the page
          autoFocus
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
        {error && <ErrorMessage error={error} />}
        <button type="submit" className="primary" disabled={busy || key.trim() === ''}>
          Sign in
        </button>
      </form>
      {children ?? <KeyHelp />}
    </div>
  )
}

export const KeyHelp = () => (
  <details className="card">
    <summary>Where do I find my API key?</summary>
    <dl className="key-values">
      <dt>Local</dt>
      <dd>
        <code>npm start</code> prints it and stores it in the data folder.
      </dd>
      <dt>AWS</dt>
      <dd>
        The admin who deployed the service has the first key: <code>npx sst secret list</code>.
      </dd>
      <dt>Ask a workspace admin</dt>
      <dd>
        An admin creates a key under <b>API keys</b> or with <code>npx chimney keys create NAME</code>.
      </dd>
    </dl>
  </details>
)

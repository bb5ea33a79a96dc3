import type { ReactNode } from 'react'
import { ApiError } from '../api/request.ts'

/** An error with its details and, optionally, a retry button. */
export function ErrorMessage({ error, retry }: { error: Error; retry?: () => void }) {
  const errors = error instanceof ApiError ? error.errors : []
  return (
    <div className="error-message" role="alert">
      <p>
        {error instanceof ApiError && error.status === 404 && <b>Not found. </b>}
        {error.message}
      </p>
      {errors.length > 1 && (
        <ul>
          {errors.map(({ path, message, fix }) => (
            <li key={`${path} ${message}`}>
              {path !== '' && <code>{path}</code>} {message}
              {fix && <> — {fix}</>}
            </li>
          ))}
        </ul>
      )}
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  )
}

export const Empty = ({ title, children }: { title: string; children?: ReactNode }) => (
  <div className="empty">
    <h2>{title}</h2>
    {children}
  </div>
)

export const Loading = ({ what = '' }: { what?: string }) => (
  <p className="loading" role="status">
    {what === '' ? 'Loading…' : `Loading ${what}…`}
  </p>
)

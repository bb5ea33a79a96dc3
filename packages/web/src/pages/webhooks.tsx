import type {
  WebhookBody,
  WebhookCreate,
  WebhookDelivery,
  WebhookPatch,
} from '@chimney/core/schema/api/webhooks'
import {
  WEBHOOK_EVENTS,
  WEBHOOK_FORMATS,
  type WebhookEvent,
  type WebhookFormat,
} from '@chimney/core/schema/webhook-events'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { type Page, v1 } from '../api/endpoints.ts'
import { ApiError, request } from '../api/request.ts'
import { formatAgo } from '../model/format.ts'
import { CopyBlock } from '../ui/copy-block.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorMessage, Loading } from '../ui/feedback.tsx'
import { useNow } from '../ui/use-now.ts'

const FORMAT_TITLES = { json: 'JSON', slack: 'Slack', teams: 'Teams' } as const satisfies Record<
  WebhookFormat,
  string
>
const EVENT_TITLES = {
  sweep_finished: 'Sweep finished',
  sweep_paused: 'Sweep paused',
  sweep_failing: 'Trials of a sweep fail',
  new_best: 'New best trial',
  run_failed: 'Run failed',
  run_alert: 'Alert of a run',
  agent_lost: 'Agent lost',
} as const satisfies Record<WebhookEvent, string>
const FIRST_EVENTS: readonly WebhookEvent[] = ['sweep_finished', 'sweep_paused', 'run_alert']

interface Place {
  readonly entity: string
  readonly project: string
}
const pathOf = ({ entity, project }: Place, ...more: readonly string[]) =>
  v1(entity, project, 'webhooks', ...more)

/** Of a project that has neither a sweep nor a run yet, there is no list. */
const listWebhooks = async (at: Place): Promise<readonly WebhookBody[]> => {
  try {
    return (await request<Page<WebhookBody>>(pathOf(at))).items
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return []
    throw error
  }
}

/** The webhooks of a project: list, add, edit, test, delete. */
export default function Webhooks({ onClose, ...at }: Place & { readonly onClose: () => void }) {
  const client = useQueryClient()
  const queryKey = ['webhooks', at.entity, at.project]
  const webhooks = useQuery({ queryKey, queryFn: () => listWebhooks(at) })
  const refetch = () => client.invalidateQueries({ queryKey })
  return (
    <Dialog title="Notifications" onClose={onClose}>
      {webhooks.isPending && <Loading what="webhooks" />}
      {webhooks.error && <ErrorMessage error={webhooks.error} retry={() => void webhooks.refetch()} />}
      {webhooks.data?.length === 0 && <p>No webhooks yet. Add one for Slack, Teams, or your own program.</p>}
      {webhooks.data && webhooks.data.length > 0 && (
        <ul className="rows wrapping">
          {webhooks.data.map((webhook) => (
            <Row key={webhook.id} at={at} webhook={webhook} onChange={refetch} />
          ))}
        </ul>
      )}
      <WebhookForm at={at} onSaved={refetch} />
      <div className="row end">
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  )
}

function Row({ at, webhook, onChange }: { at: Place; webhook: WebhookBody; onChange: () => void }) {
  const { id, url, format, events, signed, last_delivery: last } = webhook
  const now = useNow()
  const [isEdited, setEdited] = useState(false)
  const test = useMutation({
    mutationFn: () => request<WebhookDelivery>(pathOf(at, id, 'test'), { method: 'POST' }),
    onSuccess: onChange,
  })
  const deletion = useMutation({
    mutationFn: () => request<void>(pathOf(at, id), { method: 'DELETE' }),
    onSuccess: onChange,
  })
  const outcome = last && (last.error ? `failed: ${last.error}` : 'delivered')
  return (
    <li>
      <span className="grow">
        <b>{FORMAT_TITLES[format]}</b> {url} {signed && <span className="muted">signed</span>}
        <br />
        <span className="muted">
          {events.map((event) => EVENT_TITLES[event]).join(', ')}
          {last && ` · Last delivery ${formatAgo(last.at, now)}: ${outcome}`}
        </span>
        {(test.error ?? deletion.error) && <ErrorMessage error={(test.error ?? deletion.error)!} />}
        {test.data && (
          <span role="status">
            {' '}
            {test.data.error ? `The test failed: ${test.data.error}.` : 'The test was delivered.'}
          </span>
        )}
      </span>
      <button type="button" disabled={test.isPending} onClick={() => test.mutate()}>
        Send a test
      </button>
      <button
        type="button"
        aria-label={`Edit ${url}`}
        aria-expanded={isEdited}
        onClick={() => setEdited(!isEdited)}
      >
        Edit
      </button>
      <button
        type="button"
        aria-label={`Delete ${url}`}
        disabled={deletion.isPending}
        onClick={() => deletion.mutate()}
      >
        Delete
      </button>
      {isEdited && (
        <WebhookForm
          at={at}
          webhook={webhook}
          onSaved={(secret) => {
            onChange()
            if (secret === undefined) setEdited(false)
          }}
          onClose={() => setEdited(false)}
        />
      )}
    </li>
  )
}

/** `keep`: as it is. */
type Signature = 'keep' | 'new' | 'none'

interface FormProps {
  readonly at: Place
  /** The one to change; without it the form adds one. */
  readonly webhook?: WebhookBody
  /** With the new secret if there is one, which the form shows until it is closed. */
  readonly onSaved: (secret: string | undefined) => void
  readonly onClose?: () => void
}

function WebhookForm({ at, webhook, onSaved, onClose }: FormProps) {
  const id = useId()
  const [url, setUrl] = useState('')
  const [format, setFormat] = useState<WebhookFormat>(webhook?.format ?? 'slack')
  const [events, setEvents] = useState(webhook?.events ?? FIRST_EVENTS)
  const [signature, setSignature] = useState<Signature>('keep')
  const saving = useMutation({
    mutationFn: async () => {
      const secret = signature === 'new' ? newSecret() : undefined
      const given = { format, events: [...events], ...(secret !== undefined && { secret }) }
      if (webhook === undefined)
        await request<WebhookBody>(pathOf(at), {
          method: 'POST',
          body: { ...given, url: url.trim() } satisfies WebhookCreate,
        })
      else
        await request<WebhookBody>(pathOf(at, webhook.id), {
          method: 'PATCH',
          body: {
            ...given,
            ...(url.trim() !== '' && { url: url.trim() }),
            ...(signature === 'none' && { secret: null }),
          } satisfies WebhookPatch,
        })
      return secret
    },
    onSuccess: (secret) => {
      setUrl('')
      setSignature('keep')
      onSaved(secret)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    saving.mutate()
  }
  return (
    <form onSubmit={submit} aria-label={webhook ? 'Edit webhook' : 'Add webhook'}>
      <h3>{webhook ? 'Edit webhook' : 'Add webhook'}</h3>
      <div className="row">
        <label htmlFor={id}>{webhook ? 'New address' : 'Address'}</label>
        <input
          id={id}
          type="url"
          value={url}
          required={webhook === undefined}
          placeholder={webhook ? 'Leave empty to keep the address' : 'https://hooks.slack.com/services/…'}
          onChange={(event) => setUrl(event.target.value)}
        />
        <label htmlFor={`${id}format`}>Format</label>
        <select
          id={`${id}format`}
          value={format}
          onChange={(event) => setFormat(event.target.value as WebhookFormat)}
        >
          {WEBHOOK_FORMATS.map((each) => (
            <option key={each} value={each}>
              {FORMAT_TITLES[each]}
            </option>
          ))}
        </select>
        {webhook?.signed && (
          <>
            <label htmlFor={`${id}signature`}>Signature</label>
            <select
              id={`${id}signature`}
              value={signature}
              onChange={(event) => setSignature(event.target.value as Signature)}
            >
              <option value="keep">Keep the secret</option>
              <option value="new">New secret</option>
              <option value="none">Not signed</option>
            </select>
          </>
        )}
      </div>
      <fieldset className="row">
        <legend>Events</legend>
        {WEBHOOK_EVENTS.map((event) => (
          <label key={event} className="check">
            <input
              type="checkbox"
              checked={events.includes(event)}
              onChange={({ target }) =>
                setEvents(target.checked ? [...events, event] : events.filter((other) => other !== event))
              }
            />{' '}
            {EVENT_TITLES[event]}
          </label>
        ))}
      </fieldset>
      {!webhook?.signed && (
        <label className="check">
          <input
            type="checkbox"
            checked={signature === 'new'}
            onChange={({ target }) => setSignature(target.checked ? 'new' : 'keep')}
          />{' '}
          Sign with a new secret
        </label>
      )}
      {saving.error && <ErrorMessage error={saving.error} />}
      {saving.data && (
        <div role="status">
          <p>Secret of the {webhook ? '' : 'new '}webhook. Copy it now: you won't see it again.</p>
          <CopyBlock label="the secret" text={saving.data} />
        </div>
      )}
      <div className="row end">
        {onClose && (
          <button type="button" onClick={onClose}>
            {saving.data ? 'Done' : 'Cancel'}
          </button>
        )}
        <button type="submit" className="primary" disabled={saving.isPending || events.length === 0}>
          {webhook ? 'Save' : 'Add webhook'}
        </button>
      </div>
    </form>
  )
}

const newSecret = (): string =>
  `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))}`

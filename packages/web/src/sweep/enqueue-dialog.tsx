import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { enqueue, type SweepAt } from '../api/endpoints.ts'
import { runUrl } from '../app/routes.ts'
import { existingFields, type Field, fieldsOf, paramsFrom } from '../model/fields.ts'
import { formatValue } from '../model/format.ts'
import { flatten } from '../model/trial-table.ts'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorMessage } from '../ui/feedback.tsx'
import { Link } from '../ui/link.tsx'

/** Enqueues a trial with given parameters, prefilled from the best trial. */
export function EnqueueDialog({
  at,
  sweep,
  like,
  onClose,
  onDone,
}: {
  at: SweepAt
  sweep: SweepBody
  like: TrialBody | undefined
  onClose: () => void
  onDone: () => void
}) {
  const fields = fieldsOf(sweep.config.parameters)
  const start = flatten(like?.params ?? {})
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(
      fields.map(({ name }) => [name, start[name] === undefined ? '' : textOf(start[name])]),
    ),
  )
  const sent = useMutation({
    mutationFn: () => enqueue(at, paramsFrom(fields, texts)),
    onSuccess: onDone,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    sent.mutate()
  }
  return (
    <Dialog title="Enqueue trial" onClose={onClose}>
      <form onSubmit={submit}>
        <p className="muted">
          {like ? `Prefilled from trial ${like.number}. ` : ''}Blank fields are sampled.
        </p>
        <div className="fields">
          {existingFields(fields, texts).map((field) => (
            <FieldInput
              key={field.name}
              field={field}
              text={texts[field.name] ?? ''}
              onText={(text) => setTexts({ ...texts, [field.name]: text })}
            />
          ))}
        </div>
        {sent.error && <ErrorMessage error={sent.error} />}
        {sent.data && (
          <p role="status">
            <Link href={runUrl(at.entity, at.project, sent.data.run)}>Trial {sent.data.number}</Link> queued;
            the next free agent runs it.
          </p>
        )}
        <div className="row end">
          <button type="button" onClick={onClose}>
            Close
          </button>
          <button type="submit" className="primary" disabled={sent.isPending}>
            Enqueue
          </button>
        </div>
      </form>
    </Dialog>
  )
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

function FieldInput({ field, text, onText }: { field: Field; text: string; onText: (text: string) => void }) {
  const id = useId()
  return (
    <>
      <label htmlFor={id}>{field.name}</label>
      {field.values ? (
        <select id={id} value={text} onChange={(event) => onText(event.target.value)}>
          <option value="">any</option>
          {field.values.map((value) => (
            <option key={textOf(value)} value={textOf(value)}>
              {formatValue(value)}
            </option>
          ))}
        </select>
      ) : (
        <input id={id} value={text} inputMode="decimal" onChange={(event) => onText(event.target.value)} />
      )}
      <span className="muted">{field.range}</span>
    </>
  )
}

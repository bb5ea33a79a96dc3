import type { SweepBody, SweepPatch, TrialBody } from '@chimney/core/schema/api'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { type SweepAt, updateSweep } from '../api/endpoints.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Trouble } from '../ui/feedback.tsx'
import { EnqueueDialog } from './enqueue-dialog.tsx'
import { ShareDialog } from './share-dialog.tsx'

type Question = 'finish' | 'cancel' | 'cap' | 'enqueue' | 'share'

/** Pause, resume, stop, cancel, and how many trials there shall be. */
export function Controls({
  at,
  sweep,
  like,
  onChanged,
}: {
  at: SweepAt
  sweep: SweepBody
  /** The trial whose parameters a new one begins with. */
  like: TrialBody | undefined
  onChanged: () => void
}) {
  const [question, setQuestion] = useState<Question>()
  const change = useMutation({
    mutationFn: (patch: SweepPatch) => updateSweep(at, patch),
    onSuccess: () => {
      setQuestion(undefined)
      onChanged()
    },
  })
  const busy = change.isPending
  const open = sweep.state === 'running' || sweep.state === 'paused'
  const close = () => {
    setQuestion(undefined)
    change.reset()
  }
  return (
    <div className="controls">
      {sweep.state === 'running' && (
        <button type="button" disabled={busy} onClick={() => change.mutate({ state: 'paused' })}>
          Pause
        </button>
      )}
      {sweep.state === 'paused' && (
        <button
          type="button"
          className="main"
          disabled={busy}
          onClick={() => change.mutate({ state: 'running' })}
        >
          Resume
        </button>
      )}
      {open && (
        <button type="button" disabled={busy} onClick={() => setQuestion('finish')}>
          Stop
        </button>
      )}
      {(open || sweep.state === 'finished') && (
        <button type="button" disabled={busy} onClick={() => setQuestion('cap')}>
          {sweep.limit === null ? 'Set a cap' : 'Change cap'}
        </button>
      )}
      {open && (
        <button type="button" onClick={() => setQuestion('enqueue')}>
          Enqueue
        </button>
      )}
      <button type="button" onClick={() => setQuestion('share')}>
        Share
      </button>
      {open && (
        <button type="button" className="danger" disabled={busy} onClick={() => setQuestion('cancel')}>
          Cancel
        </button>
      )}
      {change.error && question === undefined && <Trouble error={change.error} />}
      {question === 'finish' && (
        <Dialog title="Stop the sweep?" onClose={close}>
          <p>No new trials are handed out; those that run end in peace. Raising the cap opens it again.</p>
          {change.error && <Trouble error={change.error} />}
          <Answer
            word="Stop the sweep"
            busy={busy}
            onYes={() => change.mutate({ state: 'finished' })}
            onNo={close}
          />
        </Dialog>
      )}
      {question === 'cancel' && (
        <Dialog title="Cancel the sweep?" onClose={close}>
          <p>
            Trials that run are told to stop, and their results are lost. This cannot be taken back
            {sweep.trials.open > 0 && (
              <>
                ; {sweep.trials.open} {sweep.trials.open === 1 ? 'trial is' : 'trials are'} open now
              </>
            )}
            .
          </p>
          {change.error && <Trouble error={change.error} />}
          <Answer
            word="Cancel the sweep"
            busy={busy}
            danger
            onYes={() => change.mutate({ state: 'cancelled' })}
            onNo={close}
          />
        </Dialog>
      )}
      {question === 'enqueue' && (
        <EnqueueDialog at={at} sweep={sweep} like={like} onClose={close} onDone={onChanged} />
      )}
      {question === 'share' && <ShareDialog at={at} onClose={close} />}
      {question === 'cap' && (
        <Dialog title="How many trials?" onClose={close}>
          <Cap
            sweep={sweep}
            busy={busy}
            error={change.error}
            onCap={(cap) => change.mutate({ run_cap: cap })}
            onNo={close}
          />
        </Dialog>
      )}
    </div>
  )
}

function Answer({
  word,
  busy,
  danger = false,
  onYes,
  onNo,
}: {
  word: string
  busy: boolean
  danger?: boolean
  onYes: () => void
  onNo: () => void
}) {
  return (
    <div className="row end">
      <button type="button" onClick={onNo}>
        Go on as it is
      </button>
      <button type="button" className={danger ? 'danger' : 'main'} disabled={busy} onClick={onYes}>
        {word}
      </button>
    </div>
  )
}

function Cap({
  sweep,
  busy,
  error,
  onCap,
  onNo,
}: {
  sweep: SweepBody
  busy: boolean
  error: Error | null
  onCap: (cap: number) => void
  onNo: () => void
}) {
  const [cap, setCap] = useState(String(sweep.limit ?? sweep.trials.handed_out + 20))
  const id = useId()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onCap(Number(cap))
  }
  return (
    <form onSubmit={submit}>
      <p>
        {sweep.trials.handed_out} are handed out so far.{' '}
        {sweep.state === 'finished' && 'A higher cap opens the sweep again.'}
      </p>
      <label htmlFor={id}>Trials in all</label>
      <input
        id={id}
        type="number"
        min={1}
        step={1}
        required
        value={cap}
        onChange={(event) => setCap(event.target.value)}
      />
      {error && <Trouble error={error} />}
      <div className="row end">
        <button type="button" onClick={onNo}>
          Go on as it is
        </button>
        <button type="submit" className="main" disabled={busy}>
          Set the cap
        </button>
      </div>
    </form>
  )
}

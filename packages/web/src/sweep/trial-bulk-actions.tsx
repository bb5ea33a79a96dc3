import type { TrialBody } from '@chimney/core/schema/api/trials'
import { useState } from 'react'
import { getRun, requeueTrial, type SweepAt, updateRun, voidTrial } from '../api/endpoints.ts'
import { useCanWrite } from '../app/use-viewer.ts'
import { FORMS, type Form, paramsText } from '../model/params-text.ts'
import type { BulkWork } from '../ui/bulk-work.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { TagDialog } from '../ui/tag-dialog.tsx'
import { TextDialog } from '../ui/text-dialog.tsx'

type Open = 'requeue' | 'void' | 'tag' | 'untag' | 'note'

const isEnded = ({ state }: TrialBody) => state !== 'queued' && state !== 'running'
const hasFailed = ({ state }: TrialBody) => state === 'failed' || state === 'crashed'
const counted = (count: number) => (count === 1 ? '1 trial' : `${count} trials`)
const labelOf = ({ number }: TrialBody) => `trial ${number}`

/** What can be done with the selected trials. */
export function TrialBulkActions({
  at,
  trials,
  work,
}: {
  at: SweepAt
  trials: readonly TrialBody[]
  work: BulkWork
}) {
  const canWrite = useCanWrite()
  const [dialog, setDialog] = useState<Open>()
  const close = () => setDialog(undefined)
  const ended = trials.filter(isEnded)
  const failed = trials.filter(hasFailed)
  const toVoid = ended.filter(({ voided }) => !voided)
  const skipped = trials.length - ended.length
  const requeue = (which: readonly TrialBody[]) => {
    close()
    void work.start(
      `Running ${counted(which.length)} again`,
      which.map((trial) => ({ label: labelOf(trial), work: () => requeueTrial(at, trial.number) })),
    )
  }
  const voidAll = (reason: string | undefined) => {
    close()
    void work.start(
      `Voiding ${counted(toVoid.length)}`,
      toVoid.map((trial) => ({ label: labelOf(trial), work: () => voidTrial(at, trial.number, reason) })),
    )
  }
  /** Of the runs: what was there before is what an undo restores. */
  const changeRuns = <T extends { tags: string[] } | { notes: string | null }>(
    title: string,
    change: (run: Awaited<ReturnType<typeof getRun>>) => readonly [after: T, before: T],
  ) => {
    close()
    void work.start(
      title,
      trials.map((trial) => {
        const run = { entity: at.entity, project: at.project, run: trial.run }
        let before: T | undefined
        return {
          label: labelOf(trial),
          work: async () => {
            const [after, was] = change(await getRun(run))
            await updateRun(run, after)
            before = was
          },
          undo: async () => before && updateRun(run, before),
        }
      }),
    )
  }
  const retag = (title: string, change: (tags: readonly string[]) => string[]) =>
    changeRuns(title, ({ tags }) => [{ tags: change(tags) }, { tags }])
  return (
    <>
      <Menu label="Actions for the selected trials" icon={`Actions (${trials.length})`}>
        {canWrite && (
          <>
            {failed.length > 0 && failed.length < ended.length && (
              <MenuItem onSelect={() => requeue(failed)}>Run failed again ({failed.length})</MenuItem>
            )}
            {ended.length > 0 && <MenuItem onSelect={() => setDialog('requeue')}>Run again…</MenuItem>}
            {toVoid.length > 0 && <MenuItem onSelect={() => setDialog('void')}>Void results…</MenuItem>}
            <MenuItem onSelect={() => setDialog('tag')}>Add tags…</MenuItem>
            <MenuItem onSelect={() => setDialog('untag')}>Remove tags…</MenuItem>
            <MenuItem onSelect={() => setDialog('note')}>Set notes…</MenuItem>
          </>
        )}
        {FORMS.map((form) => (
          <MenuItem
            key={form}
            onSelect={() =>
              void work.start(`Copying the parameters of ${counted(trials.length)}`, [
                { label: form, work: () => copy(trials, form) },
              ])
            }
          >
            Copy parameters as {form}
          </MenuItem>
        ))}
      </Menu>
      {dialog === 'requeue' && (
        <Dialog title={`Run ${counted(ended.length)} again?`} onClose={close}>
          <p>
            Their results do not count any more. The next free agents run them with the same parameters. A
            finished sweep is reopened for them.
            {skipped > 0 && ` ${counted(skipped)} that did not end yet stay as they are.`}
          </p>
          <div className="row end">
            <button type="button" onClick={close}>
              Cancel
            </button>
            <button type="button" className="primary" onClick={() => requeue(ended)}>
              Run {counted(ended.length)} again
            </button>
          </div>
        </Dialog>
      )}
      {dialog === 'void' && (
        <TextDialog
          title={`Void the results of ${counted(toVoid.length)}?`}
          text="They are not the best any more, and the search ignores them. Their runs stay. This can't be undone."
          field="Reason (optional)"
          button="Void results"
          maxLength={2_000}
          danger
          onText={(text) => voidAll(text === '' ? undefined : text)}
          onClose={close}
        />
      )}
      {dialog === 'note' && (
        <TextDialog
          title={`Notes of ${counted(trials.length)}`}
          text="Replaces the notes of their runs. Empty removes them."
          field="Notes"
          button="Set notes"
          maxLength={10_000}
          onText={(text) =>
            changeRuns(`Setting notes of ${counted(trials.length)}`, ({ notes }) => [
              { notes: text === '' ? null : text },
              { notes },
            ])
          }
          onClose={close}
        />
      )}
      {(dialog === 'tag' || dialog === 'untag') && (
        <TagDialog
          title={`${dialog === 'tag' ? 'Add tags to' : 'Remove tags from'} ${counted(trials.length)}`}
          onTags={(tags) =>
            dialog === 'tag'
              ? retag(`Adding tags to ${counted(trials.length)}`, (own) => [...new Set([...own, ...tags])])
              : retag(`Removing tags from ${counted(trials.length)}`, (own) =>
                  own.filter((tag) => !tags.includes(tag)),
                )
          }
          onClose={close}
        />
      )}
    </>
  )
}

/** Of several trials: a list in JSON and Python, otherwise one after another. */
export function copiedText(trials: readonly Pick<TrialBody, 'params'>[], form: Form): string {
  const texts = trials.map(({ params }) => paramsText(params, form))
  if (texts.length === 1) return texts[0]!
  switch (form) {
    case 'JSON':
    case 'Python':
      return `[\n${texts.map((text) => `  ${text}`).join(',\n')}\n]`
    case 'YAML':
      return texts.join('---\n')
    default:
      return texts.join('\n')
  }
}

async function copy(trials: readonly TrialBody[], form: Form): Promise<void> {
  // The clipboard API needs a secure context.
  if (!navigator.clipboard) throw new Error('the browser copies on HTTPS and localhost only')
  await navigator.clipboard.writeText(copiedText(trials, form))
}

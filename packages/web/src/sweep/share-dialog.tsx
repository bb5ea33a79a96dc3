import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { makeShare, type SweepAt, shareOf, stopShare } from '../api/endpoints.ts'
import { formatTime } from '../model/format.ts'
import { CopyBlock } from '../ui/copy-block.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Loading, Trouble } from '../ui/feedback.tsx'

/** A link that opens this sweep for reading: make it, renew it, end it. */
export function ShareDialog({ at, onClose }: { at: SweepAt; onClose: () => void }) {
  const client = useQueryClient()
  const queryKey = ['share', at.entity, at.project, at.sweep]
  const share = useQuery({ queryKey, queryFn: () => shareOf(at) })
  const renew = () => client.invalidateQueries({ queryKey })
  const made = useMutation({ mutationFn: () => makeShare(at), onSuccess: renew })
  const ended = useMutation({
    mutationFn: () => stopShare(at),
    onSuccess: () => {
      made.reset()
      return renew()
    },
  })
  const since = share.data?.created_at
  const busy = made.isPending || ended.isPending
  // The service knows itself by another name behind a proxy; the reader's own address works for sure.
  const url = made.data && location.origin + new URL(made.data.url).pathname + new URL(made.data.url).hash
  return (
    <Dialog title="Share for reading" onClose={onClose}>
      <p>
        Whoever has the link sees this sweep and its runs, without a key, and can change nothing. It works
        until you end it or make another one.
      </p>
      {share.isPending && <Loading what="whether there is a link" />}
      {url !== undefined && (
        <>
          <CopyBlock label="the link" text={url} />
          <p className="soft">Copy it now: only its hash is kept.</p>
        </>
      )}
      {url === undefined && since && <p>There is a link since {formatTime(since)}.</p>}
      {(share.error ?? made.error ?? ended.error) && (
        <Trouble error={(share.error ?? made.error ?? ended.error)!} />
      )}
      <div className="row end">
        {since && (
          <button type="button" className="danger" disabled={busy} onClick={() => ended.mutate()}>
            End the link
          </button>
        )}
        <button type="button" className="main" disabled={busy} onClick={() => made.mutate()}>
          {since ? 'Make another link' : 'Make a link'}
        </button>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  )
}

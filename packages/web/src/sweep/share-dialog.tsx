import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { createShare, getShare, revokeShare, type SweepAt } from '../api/endpoints.ts'
import { formatTime } from '../model/format.ts'
import { CopyBlock } from '../ui/copy-block.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorMessage, Loading } from '../ui/feedback.tsx'

/** Creates, replaces and revokes the view-only link of a sweep. */
export function ShareDialog({ at, onClose }: { at: SweepAt; onClose: () => void }) {
  const client = useQueryClient()
  const queryKey = ['share', at.entity, at.project, at.sweep]
  const share = useQuery({ queryKey, queryFn: () => getShare(at) })
  const refetch = () => client.invalidateQueries({ queryKey })
  const creation = useMutation({ mutationFn: () => createShare(at), onSuccess: refetch })
  const revocation = useMutation({
    mutationFn: () => revokeShare(at),
    onSuccess: () => {
      creation.reset()
      return refetch()
    },
  })
  const since = share.data?.created_at
  const busy = creation.isPending || revocation.isPending
  // Behind a proxy the service may not know its public origin; the browser does.
  const url =
    creation.data && location.origin + new URL(creation.data.url).pathname + new URL(creation.data.url).hash
  return (
    <Dialog title="Share (view only)" onClose={onClose}>
      <p>
        Anyone with the link can view this sweep and its runs without an API key. The link works until you
        revoke or replace it.
      </p>
      {share.isPending && <Loading />}
      {url !== undefined && (
        <>
          <CopyBlock label="the link" text={url} />
          <p className="muted">Copy it now: you won't see it again.</p>
        </>
      )}
      {url === undefined && since && <p>Active since {formatTime(since)}.</p>}
      {(share.error ?? creation.error ?? revocation.error) && (
        <ErrorMessage error={(share.error ?? creation.error ?? revocation.error)!} />
      )}
      <div className="row end">
        {since && (
          <button type="button" className="danger" disabled={busy} onClick={() => revocation.mutate()}>
            Revoke link
          </button>
        )}
        <button type="button" className="primary" disabled={busy} onClick={() => creation.mutate()}>
          {since ? 'Replace link' : 'Create link'}
        </button>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  )
}

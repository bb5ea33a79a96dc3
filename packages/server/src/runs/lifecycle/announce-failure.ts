import type { Deps } from '../../deps.ts'
import { announce } from '../../notifications/announce.ts'
import { failureNotice } from '../../notifications/run-notices.ts'
import type { RunLive } from '../../store/runs.ts'

/** Announces that a run outside of sweeps has failed. The repair of a sweep announces its trials. */
export async function announceFailure(
  deps: Pick<Deps, 'store' | 'webhooks' | 'settings'>,
  live: RunLive,
): Promise<void> {
  const hasFailed = live.state === 'failed' || live.state === 'crashed'
  if (!deps.webhooks || !hasFailed || live.number !== undefined) return
  const run = await deps.store.getRun(live.key)
  if (run) await announce(deps, live.key, [failureNotice(deps.settings.publicUrl, run.record, live)])
}

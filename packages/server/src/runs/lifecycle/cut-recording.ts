import type { RunKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import { changeRecord } from '../live/change-record.ts'
import { summaryOf } from '../live/summary.ts'
import { finishRun } from './finish-run.ts'

/** Begins the sentence, in the reason and the notes of the run. */
const CUT = 'Recording cut'

/**
 * Ends a run whose client was refused a request of its stream: the client sends nothing afterwards, reports no error to its
 * script, and still has all data in its folder. The run is `crashed` with the reason, also in its notes; sending it again reopens it.
 * Repeating a call has no further effect. False when the run does not exist, has ended, or was cut before.
 */
export async function cutRecording(
  deps: Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings' | 'onFailure'>,
  key: RunKey,
): Promise<boolean> {
  const live = await deps.store.getLive(key)
  if (!live || isEnd(live.state)) return false
  const { _step: step } = summaryOf(live)
  const reason =
    `${CUT}${typeof step === 'number' ? ` after step ${step}` : ''}: the client sent more than 6 MB in one request, which AWS refuses. ` +
    `Everything is in the folder wandb/ of its machine; send it with WANDB__FILE_STREAM_NO_GZIP=false wandb sync wandb/run-*-${key.run}`
  await changeRecord(deps, key, (record) =>
    record.notes?.includes(CUT)
      ? record
      : { ...record, notes: [record.notes, reason].filter((text) => text).join('\n\n') },
  )
  await finishRun(deps, key, { state: 'crashed', reason, attempt: live.attempt })
  return true
}

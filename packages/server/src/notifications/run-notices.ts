import type { RunKey } from '@chimney/core/schema/names'
import { idFromText } from '../ids.ts'
import { runUrl } from '../page-url.ts'
import type { Notice } from '../queue/webhook-queue.ts'
import type { RunAlert, RunLive, RunRecord } from '../store/runs.ts'

const ID_LENGTH = 24
const idOf = ({ entity, project, run }: RunKey, ...parts: readonly (string | number)[]) =>
  `msg_${idFromText(JSON.stringify([entity, project, run, ...parts]), ID_LENGTH)}`

const dataOf = ({ key, displayName, sweep }: RunRecord) => ({
  entity: key.entity,
  project: key.project,
  run: key.run,
  name: displayName,
  sweep: sweep ?? null,
})

/** A call of `run.alert()`. */
export const alertNotice = (publicUrl: string, record: RunRecord, alert: RunAlert): Notice => ({
  id: idOf(record.key, 'alert', alert.at, alert.title),
  type: 'run_alert',
  at: alert.at,
  title: `${alert.level}: ${alert.title}`,
  text: `${alert.text}\nRun ${record.displayName}`,
  url: runUrl(publicUrl, record.key),
  data: { ...dataOf(record), alert: { level: alert.level, title: alert.title, text: alert.text } },
})

/** A run outside of sweeps that failed or crashed; the repair announces trials. */
export const failureNotice = (publicUrl: string, record: RunRecord, live: RunLive): Notice => ({
  id: idOf(record.key, 'end', live.attempt, live.endedAt ?? 0),
  type: 'run_failed',
  at: live.endedAt ?? 0,
  title: `Run ${record.displayName} ${live.state}`,
  ...(live.reason !== undefined && { text: live.reason }),
  url: runUrl(publicUrl, record.key),
  data: {
    ...dataOf(record),
    state: live.state,
    reason: live.reason ?? null,
    exit_code: live.exitCode ?? null,
  },
})

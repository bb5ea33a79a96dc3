import type { RunKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import { announce } from '../../notifications/announce.ts'
import { alertNotice } from '../../notifications/run-notices.ts'
import type { RunAlert } from '../../store/runs.ts'
import { changeRecord } from '../live/change-record.ts'

/** The record of a run holds them, hence few and short. */
const MAX_ALERTS = 20
const MAX_TITLE = 200
const MAX_TEXT = 1_000

/**
 * Adds an alert to a run, which keeps the latest ones, and announces it. Without effect within `waitMs` of an alert of the same title,
 * as its sender requests; but one with the same text is a repeated request, and is announced again.
 */
export async function addAlert(
  deps: Pick<Deps, 'store' | 'clock' | 'webhooks' | 'settings'>,
  key: RunKey,
  { waitMs, ...alert }: Omit<RunAlert, 'at'> & { readonly waitMs: number },
): Promise<void> {
  const at = deps.clock.now()
  const added = {
    at,
    level: alert.level,
    title: shortened(alert.title, MAX_TITLE),
    text: shortened(alert.text, MAX_TEXT),
  }
  const isRecent = (before: RunAlert) => before.title === added.title && before.at + waitMs > at
  const record = await changeRecord(deps, key, (record) => {
    const alerts = record.alerts ?? []
    return alerts.some(isRecent) ? record : { ...record, alerts: [...alerts, added].slice(-MAX_ALERTS) }
  })
  const kept = record.alerts?.findLast((alert) => isRecent(alert) || alert.at === at)
  if (kept?.text !== added.text) return
  await announce(deps, key, [alertNotice(deps.settings.publicUrl, record, kept)])
}

const shortened = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`

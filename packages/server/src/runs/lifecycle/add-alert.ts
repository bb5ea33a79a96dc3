import type { RunKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import type { RunAlert } from '../../store/runs.ts'
import { changeRecord } from '../live/change-record.ts'

/** The record of a run holds them, hence few and short. */
const MAX_ALERTS = 20
const MAX_TITLE = 200
const MAX_TEXT = 1_000

/**
 * Adds an alert to a run, which keeps the latest ones. Without effect within `waitMs` of an alert of the same title, as its sender
 * requests.
 */
export async function addAlert(
  deps: Pick<Deps, 'store' | 'clock'>,
  key: RunKey,
  { waitMs, ...alert }: Omit<RunAlert, 'at'> & { readonly waitMs: number },
): Promise<void> {
  const at = deps.clock.now()
  const title = shortened(alert.title, MAX_TITLE)
  await changeRecord(deps, key, (record) => {
    const alerts = record.alerts ?? []
    if (alerts.some((before) => before.title === title && before.at + waitMs > at)) return record
    const added = { at, level: alert.level, title, text: shortened(alert.text, MAX_TEXT) }
    return { ...record, alerts: [...alerts, added].slice(-MAX_ALERTS) }
  })
}

const shortened = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`

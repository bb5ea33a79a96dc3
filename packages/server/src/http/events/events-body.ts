import type { SweepEvents } from '@chimney/core/schema/api/events'
import { type Json, stringifyJson } from '@chimney/core/schema/json'
import type { SweepKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import { type EventCursor, formatEventCursor } from '../../sweeps/events/event-cursor.ts'
import { readChanges, type SweepChanges } from '../../sweeps/events/read-events.ts'
import { sweepBody, trialBody } from '../responses/bodies.ts'
import { cachedTrialPages } from './cached-trial-pages.ts'

export const eventsBody = (publicUrl: string, changes: SweepChanges): SweepEvents => ({
  cursor: formatEventCursor(changes.cursor),
  sweep: sweepBody(publicUrl, changes.record, changes.head),
  trials: changes.trials.map(trialBody),
  ...(changes.cursor.rest && { more: true as const }),
})

/**
 * The changes of a sweep since the cursor, as the JSON text of a `SweepEvents`; undefined when the sweep does not exist. The first
 * read of a sweep takes full pages of ended trials from the cache.
 */
export async function eventsBytes(
  deps: Pick<Deps, 'store' | 'files' | 'clock' | 'settings'>,
  key: SweepKey,
  cursor: EventCursor,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const startedAt = cursor.rest?.startedAt ?? deps.clock.now()
  const sweep = await deps.store.getSweep(key)
  if (!sweep) return undefined
  const changesFrom = (from: EventCursor, room?: number) => readChanges(deps, sweep, from, startedAt, room)
  if (cursor.since > 0) return bytesOf(eventsBody(deps.settings.publicUrl, await changesFrom(cursor)))
  const after = cursor.rest?.after ?? cursor.settled
  const { texts, upTo, full, room } = await cachedTrialPages(deps, sweep, after)
  const settled = after === cursor.settled ? upTo : cursor.settled
  const reached = texts.length === 0 ? cursor : { settled, since: 0, rest: { after: upTo, startedAt } }
  const changes = full ? { ...sweep, trials: [], cursor: reached } : await changesFrom(reached, room)
  return bytesOf(eventsBody(deps.settings.publicUrl, changes), texts)
}

/** The body, with the JSON texts of further trials before its own. */
function bytesOf(
  { trials, ...body }: SweepEvents,
  before: readonly Uint8Array[] = [],
): Uint8Array<ArrayBuffer> {
  const own = trials.map(toText).join(',')
  const lists = own === '' ? before : [...before, Buffer.from(own)]
  const list = lists.flatMap((text, i) => (i === 0 ? [text] : [COMMA, text]))
  const head = `${toText(body).slice(0, -1)},"trials":[`
  return new Uint8Array(Buffer.concat([Buffer.from(head), ...list, Buffer.from(']}')]))
}

const COMMA = Buffer.from(',')
const toText = (body: object): string => stringifyJson(body as Json, { nonFinite: 'string' })

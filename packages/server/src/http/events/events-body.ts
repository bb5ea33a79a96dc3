import type { SweepEvents } from '@chimney/core/schema/api/events'
import { type Json, stringifyJson } from '@chimney/core/schema/json'
import type { SweepKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import type { SweepHead } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
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

/** An answer as the JSON text of a `SweepEvents`. */
export interface EventsPart {
  readonly json: Uint8Array<ArrayBuffer>
  readonly head: SweepHead
  /** Trials of the answer that are not in full pages of ended ones. */
  readonly trials: readonly TrialRecord[]
  readonly cursor: EventCursor
}

/**
 * The changes of a sweep since the cursor; undefined when the sweep does not exist. The first read of a sweep takes full pages of ended
 * trials from the cache.
 */
export async function eventsPart(
  deps: Pick<Deps, 'store' | 'files' | 'clock' | 'settings'>,
  key: SweepKey,
  cursor: EventCursor,
): Promise<EventsPart | undefined> {
  const startedAt = cursor.rest?.startedAt ?? deps.clock.now()
  const sweep = await deps.store.getSweep(key)
  if (!sweep) return undefined
  const changesFrom = (from: EventCursor, room?: number) => readChanges(deps, sweep, from, startedAt, room)
  if (cursor.since > 0) return partOf(deps, await changesFrom(cursor))
  const after = cursor.rest?.after ?? cursor.settled
  const { texts, upTo, full, room } = await cachedTrialPages(deps, sweep, after)
  const settled = after === cursor.settled ? upTo : cursor.settled
  const reached = texts.length === 0 ? cursor : { settled, since: 0, rest: { after: upTo, startedAt } }
  const changes = full ? { ...sweep, trials: [], cursor: reached } : await changesFrom(reached, room)
  return partOf(deps, changes, texts)
}

const partOf = (
  { settings }: Pick<Deps, 'settings'>,
  changes: SweepChanges,
  texts?: readonly Uint8Array[],
): EventsPart => ({
  json: bytesOf(eventsBody(settings.publicUrl, changes), texts),
  head: changes.head,
  trials: changes.trials,
  cursor: changes.cursor,
})

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

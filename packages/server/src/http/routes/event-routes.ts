import { setTimeout } from 'node:timers/promises'
import type { SweepKey } from '@chimney/core/schema/names'
import { FIRST_EVENT, parseEventCursor } from '../../sweeps/events/event-cursor.ts'
import { isOver } from '../../sweeps/events/read-events.ts'
import { watchEvents } from '../../sweeps/events/watch-events.ts'
import { jsonBytes, noContent } from '../answers/answer.ts'
import { sweepNotFound } from '../answers/not-found.ts'
import { eventStream, eventText } from '../events/event-stream.ts'
import { eventsBody, eventsBytes } from '../events/events-body.ts'
import { type Call, type Route, route } from '../route.ts'
import { sweepKeyOf } from './path-names.ts'
import { EventsQuery } from './queries.ts'

const POLL_MS = 2_000
const STREAM_SECONDS = 25

export const eventRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/{entity}/{project}/sweeps/{sweep}/events',
    id: 'getEvents',
    shared: true,
    tag: 'Sweeps',
    summary: 'Follow a sweep',
    description:
      'As JSON: the sweep, the trials that changed since the cursor, and the next cursor; a change may be told twice. With `Accept: text/event-stream` the same as a stream of `changes` events, ended by `end` when the sweep is over; `Last-Event-ID` resumes it.',
    query: EventsQuery,
    answers: {
      200: { description: 'What changed', schema: 'SweepEvents' },
      204: { description: 'The stream is over' },
    },
    problems: [404],
    handle: async (call) => {
      const key = sweepKeyOf(call.names)
      const streamed = call.request.headers.get('accept')?.includes('text/event-stream') ?? false
      const resumed = streamed ? call.request.headers.get('last-event-id') : null
      const since = resumed || call.query.since
      const cursor = since ? parseEventCursor(since) : FIRST_EVENT
      if (streamed) return streamChanges(call, key, cursor, resumed !== null)
      const bytes = await eventsBytes(call.deps, key, cursor)
      if (!bytes) throw sweepNotFound(key)
      return jsonBytes(200, bytes)
    },
  }),
]

async function streamChanges(
  { deps, options, request }: Pick<Call, 'deps' | 'options' | 'request'>,
  key: SweepKey,
  cursor: typeof FIRST_EVENT,
  resumed: boolean,
): Promise<Response> {
  const head = await deps.store.getHead(key)
  if (!head) throw sweepNotFound(key)
  // 204 is what tells an EventSource not to come back, when its connection broke before it saw the end.
  if (resumed && isOver(head) && cursor.settled >= head.taken) return noContent()
  return eventStream(request.signal, async function* (signal) {
    const watch = {
      pollMs: POLL_MS,
      forMs: (options.sseSeconds ?? STREAM_SECONDS) * 1_000,
      sleep: options.sleep ?? pause,
      signal,
    }
    for await (const change of watchEvents(deps, key, cursor, watch)) {
      if (change === 'idle') yield ': nothing new\n\n'
      else if (change === 'over') yield eventText('end', {})
      else {
        const body = eventsBody(deps.settings.publicUrl, change)
        yield eventText('changes', body, body.cursor)
      }
    }
  })
}

/** Ends early, without an error, when the signal fires. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal }).catch(() => undefined)

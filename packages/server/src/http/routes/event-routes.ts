import { setTimeout } from 'node:timers/promises'
import type { SweepKey } from '@chimney/core/schema/names'
import { Hono } from 'hono'
import { FIRST_EVENT, parseEventCursor } from '../../sweeps/events/event-cursor.ts'
import { isOver } from '../../sweeps/events/read-events.ts'
import { watchEvents } from '../../sweeps/events/watch-events.ts'
import type { AppEnv } from '../app-env.ts'
import { access } from '../auth/access.ts'
import { query } from '../body/query.ts'
import { eventStream, eventText } from '../events/event-stream.ts'
import { eventsBody, eventsBytes } from '../events/events-body.ts'
import { describeRoute, jsonResponse, problems } from '../reference/describe-route.ts'
import { sweepNotFound } from '../responses/not-found.ts'
import { noContent, respondBytes } from '../responses/respond.ts'
import { sweepKeyOf } from './path-names.ts'
import { EventsQuery } from './queries.ts'

const POLL_MS = 2_000
const STREAM_SECONDS = 25

export const eventRoutes = new Hono<AppEnv>().get(
  '/v1/:entity/:project/sweeps/:sweep/events',
  describeRoute({
    operationId: 'getEvents',
    tags: ['Sweeps'],
    summary: 'Follow a sweep',
    description:
      'As JSON: the sweep, the trials that changed since the cursor, and the next cursor; a change may be repeated. With `Accept: text/event-stream`: a stream of `changes` events, and `end` when the sweep is over; `Last-Event-ID` resumes it.',
    responses: {
      200: jsonResponse('The changes', 'SweepEvents'),
      204: { description: 'The stream is over' },
      ...problems(404),
    },
  }),
  access('read', { shared: true }),
  query(EventsQuery),
  async (c) => {
    const { deps } = c.var
    const key = sweepKeyOf(c.req.valid('param'))
    const streamed = c.req.header('accept')?.includes('text/event-stream') ?? false
    const resumed = streamed ? c.req.header('last-event-id') : undefined
    const since = resumed || c.req.valid('query').since
    const cursor = since ? parseEventCursor(since) : FIRST_EVENT
    if (streamed) return streamChanges(c.var, c.req.raw.signal, key, cursor, resumed !== undefined)
    const bytes = await eventsBytes(deps, key, cursor)
    if (!bytes) throw sweepNotFound(key)
    return respondBytes(200, bytes)
  },
)

async function streamChanges(
  { deps, options }: AppEnv['Variables'],
  closed: AbortSignal,
  key: SweepKey,
  cursor: typeof FIRST_EVENT,
  resumed: boolean,
): Promise<Response> {
  const head = await deps.store.getHead(key)
  if (!head) throw sweepNotFound(key)
  // 204 stops an EventSource from reconnecting, if its connection closed before the `end` event.
  if (resumed && isOver(head) && cursor.settled >= head.taken && !cursor.open) return noContent()
  return eventStream(closed, async function* (signal) {
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

/** Returns early, without an error, when the signal aborts. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal }).catch(() => undefined)

import { setTimeout } from 'node:timers/promises'
import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { Hono } from 'hono'
import { FIRST_EVENT, parseEventCursor } from '../../sweeps/events/event-cursor.ts'
import { isOver, readEvents } from '../../sweeps/events/read-events.ts'
import type { AppEnv } from '../app-env.ts'
import { access } from '../auth/access.ts'
import { query } from '../body/query.ts'
import { EVENT_STREAM_HEADERS, eventStream, eventText } from '../events/event-stream.ts'
import { describeRoute, jsonResponse, problems } from '../reference/describe-route.ts'
import { sweepNotFound } from '../responses/not-found.ts'
import { noContent, respondBytes } from '../responses/respond.ts'
import { sweepKeyOf } from './path-names.ts'
import { EventsQuery } from './queries.ts'

const POLL_MS = 2_000
const STREAM_SECONDS = 25
/** When to ask again, from a service that does not stream. In seconds, as the header is. */
const RETRY_AFTER = { 'Retry-After': String(POLL_MS / 1_000) }

const bodies = () => import('../events/events-body.ts')

export const eventRoutes = new Hono<AppEnv>().get(
  '/v1/:entity/:project/sweeps/:sweep/events',
  describeRoute({
    operationId: 'getEvents',
    tags: ['Sweeps'],
    summary: 'Follow a sweep',
    responses: {
      200: jsonResponse('The changes', 'SweepEvents'),
      204: { description: 'The stream is over' },
      ...problems(404),
    },
  }),
  access('read', { shared: true }),
  query(EventsQuery),
  async (c) => {
    const { deps, options } = c.var
    const key = sweepKeyOf(c.req.valid('param'))
    const streamed = c.req.header('accept')?.includes('text/event-stream') ?? false
    const resumed = streamed ? c.req.header('last-event-id') : undefined
    const since = resumed || c.req.valid('query').since
    const cursor = since ? parseEventCursor(since) : FIRST_EVENT
    if (streamed) return streamChanges(c.var, c.req.raw.signal, key, cursor, resumed !== undefined)
    const { eventsPart } = await bodies()
    const part = await eventsPart(deps, key, cursor)
    if (!part) throw sweepNotFound(key)
    return respondBytes(200, part.json, options.streams === false ? RETRY_AFTER : {})
  },
)

async function streamChanges(
  { deps, options }: AppEnv['Variables'],
  closed: AbortSignal,
  key: SweepKey,
  cursor: typeof FIRST_EVENT,
  resumed: boolean,
): Promise<Response> {
  // Functions in AWS do not stream and do not load it.
  const hub = options.streams === false ? undefined : await import('../events/sweep-hub.ts')
  const isKnown = !resumed && hub?.isFollowed(deps, key) === true
  const head = isKnown ? undefined : await deps.store.getHead(key)
  if (!isKnown && !head) throw sweepNotFound(key)
  // 204 stops an EventSource from reconnecting, if its connection closed before the `end` event.
  if (
    resumed &&
    head &&
    isOver(head) &&
    cursor.settled >= head.taken &&
    !cursor.open &&
    cursor.amended === head.amended
  )
    return noContent()
  if (!hub) return changesAtOnce(deps, key, cursor)
  const pace = { pollMs: POLL_MS, sleep: options.sleep ?? pause }
  const polls = Math.ceil(((options.sseSeconds ?? STREAM_SECONDS) * 1_000) / POLL_MS)
  const follow = (signal: AbortSignal) => hub.followSweep(deps, key, cursor, pace, polls, signal)
  return eventStream(closed, follow, (error) =>
    deps.onFailure?.(`the event stream of sweep ${sweepPath(key)}`, error),
  )
}

/** The changes since the cursor as a stream that has ended: an EventSource reads them and asks again after `retry`. */
async function changesAtOnce(
  deps: AppEnv['Variables']['deps'],
  key: SweepKey,
  cursor: typeof FIRST_EVENT,
): Promise<Response> {
  const changes = await readEvents(deps, key, cursor)
  if (!changes) throw sweepNotFound(key)
  const { eventsBody } = await bodies()
  const body = eventsBody(deps.settings.publicUrl, changes)
  const isEnd = isOver(changes.head) && !changes.cursor.rest
  const text = `retry: ${POLL_MS}\n${eventText('changes', body, body.cursor)}${isEnd ? eventText('end', {}) : ''}`
  return new Response(text, { headers: { ...EVENT_STREAM_HEADERS, ...RETRY_AFTER } })
}

/** Returns early, without an error, when the signal aborts. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal }).catch(() => undefined)

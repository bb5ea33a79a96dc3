import { type Json, stringifyJson } from '@chimney/core/schema/json'
import { type EventCursor, formatEventCursor } from '../../sweeps/events/event-cursor.ts'

export const EVENT_STREAM_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  // nginx and similar proxies would buffer the stream.
  'X-Accel-Buffering': 'no',
}

/** One server-sent event. JSON text has no line breaks, so `data` is one line. */
export function eventText(name: string, data: object, id?: string): string {
  const json = stringifyJson(data as Json, { nonFinite: 'string' })
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${json}\n\n`
}

/** A `changes` event whose data is JSON already. */
export const changesText = (cursor: EventCursor, json: Uint8Array): Uint8Array =>
  Buffer.concat([
    Buffer.from(`id: ${formatEventCursor(cursor)}\nevent: changes\ndata: `),
    json,
    Buffer.from('\n\n'),
  ])

/**
 * A response that is written as `produce` yields. The signal aborts when the client disconnects. An error closes the stream: the
 * status has been sent, and the client resumes with its last event id.
 */
export function eventStream(
  disconnected: AbortSignal,
  produce: (signal: AbortSignal) => AsyncGenerator<Uint8Array>,
  onError: (error: unknown) => void,
): Response {
  const stop = new AbortController()
  const signal = AbortSignal.any([disconnected, stop.signal])
  const texts = produce(signal)
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await texts.next().catch((error: unknown) => {
        onError(error)
        return { done: true as const, value: undefined }
      })
      if (next.done) controller.close()
      else controller.enqueue(next.value)
    },
    async cancel() {
      stop.abort()
      await texts.return(undefined)
    },
  })
  return new Response(body, { headers: EVENT_STREAM_HEADERS })
}

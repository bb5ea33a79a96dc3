import { type Json, stringifyJson } from '@chimney/core/schema/json'

/** One server-sent event. JSON text has no line breaks, so `data` is one line. */
export function eventText(name: string, data: object, id?: string): string {
  const json = stringifyJson(data as Json, { nonFinite: 'string' })
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${json}\n\n`
}

/**
 * An answer that is written as `produce` yields. Its signal fires when the reader goes away. An error in the middle only
 * cuts the stream: the status is out already, and the reader resumes with its last id.
 */
export function eventStream(
  gone: AbortSignal,
  produce: (signal: AbortSignal) => AsyncGenerator<string>,
): Response {
  const stop = new AbortController()
  const signal = AbortSignal.any([gone, stop.signal])
  const texts = produce(signal)
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await texts.next().catch(() => ({ done: true as const, value: undefined }))
      if (next.done) controller.close()
      else controller.enqueue(encoder.encode(next.value))
    },
    async cancel() {
      stop.abort()
      await texts.return(undefined)
    },
  })
  return new Response(body, {
    headers: {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // Proxies of nginx's kind would hold the stream back to fill a buffer.
      'X-Accel-Buffering': 'no',
    },
  })
}

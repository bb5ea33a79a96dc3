import { type Json, stringifyJson } from '@chimney/core/schema/json'

/**
 * A JSON answer. Not `JSON.stringify`: a parameter `1.0` stays `1.0`, and NaN and the infinities become strings, so that
 * every reader of JSON can read it.
 */
export function answer(status: number, body: object, headers: Record<string, string> = {}): Response {
  return jsonText(status, stringifyJson(body as Json, { nonFinite: 'string' }), headers)
}

/** For text that is JSON already. */
export const jsonText = (status: number, text: string, headers: Record<string, string> = {}): Response =>
  new Response(text, { status, headers: { 'Content-Type': 'application/json', ...headers } })

/** The same for its bytes in UTF-8. */
export const jsonBytes = (status: number, bytes: Uint8Array<ArrayBuffer>): Response =>
  new Response(bytes, { status, headers: { 'Content-Type': 'application/json' } })

export const noContent = (headers: Record<string, string> = {}): Response =>
  new Response(null, { status: 204, headers })

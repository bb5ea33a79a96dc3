import { type Json, stringifyJson } from '@chimney/core/schema/json'

const JSON_TYPE = 'application/json'

/**
 * A JSON response. Unlike `c.json`, a parameter `1.0` stays `1.0`, and NaN and the infinities become strings, because JSON has
 * none.
 */
export const respond = (status: number, body: object, headers: Record<string, string> = {}): Response =>
  respondText(status, stringifyJson(body as Json, { nonFinite: 'string' }), headers)

/** For JSON text. */
export const respondText = (status: number, text: string, headers: Record<string, string> = {}): Response =>
  new Response(text, { status, headers: { 'Content-Type': JSON_TYPE, ...headers } })

/** For JSON text in UTF-8. */
export const respondBytes = (
  status: number,
  bytes: Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Response => new Response(bytes, { status, headers: { 'Content-Type': JSON_TYPE, ...headers } })

export const noContent = (headers: Record<string, string> = {}): Response =>
  new Response(null, { status: 204, headers })

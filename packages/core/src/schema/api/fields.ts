import * as z from 'zod'
import type { Json } from '../json.ts'
import { KEY_SCOPES } from '../key-scope.ts'

export const Time = z.iso.datetime()
export const KeyScopeName = z.enum(KEY_SCOPES)
/** Any JSON. Not checked, because the input comes from `parseJson`, where `1.0` is a `Float`. */
export const JsonValue = z.custom<Json>()
/** Training parameters and the like: any JSON object. */
export const JsonObject = z.record(z.string(), JsonValue)

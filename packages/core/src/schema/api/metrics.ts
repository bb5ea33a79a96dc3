import * as z from 'zod'
import { JsonValue, Time } from './fields.ts'

/** Values may be any JSON; a body may hold bare NaN, Infinity and -Infinity, as Python writes them. */
export const MetricPoint = z.strictObject({
  step: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  values: z.record(z.string().min(1).max(256), JsonValue),
  /** When the point was logged; time of the request when absent. */
  at: z.union([Time, z.number().min(0)]).optional(),
})
export const MetricsRequest = z.strictObject({
  points: z.array(MetricPoint).min(1).max(10_000),
  attempt: z.number().int().min(1).optional(),
})
export type MetricsRequest = {
  points: { step: number; values: Record<string, unknown>; at?: string | number }[]
  attempt?: number
}

export const MetricsAnswer = z.object({
  accepted: z.number().int(),
  stop: z.boolean(),
  reason: z.string().optional(),
})
export type MetricsAnswer = z.infer<typeof MetricsAnswer>

/** A history row: `_step`, `_timestamp` (Unix seconds), then the values. */
export const HistoryRow = z.looseObject({ _step: z.number().int(), _timestamp: z.number() })
export type HistoryRow = z.infer<typeof HistoryRow>

import * as z from 'zod'
import { JsonObject, Time } from './fields.ts'
import { RunStateName } from './states.ts'

/** What tables show of a run. Values of `config` and `summary` whose JSON is longer than 200 characters are left out. */
export const RunRow = z.object({
  id: z.string(),
  name: z.string(),
  state: RunStateName,
  sweep: z.string().nullable(),
  number: z.number().int().nullable(),
  config: JsonObject,
  summary: JsonObject,
  tags: z.array(z.string()),
  notes: z.string().nullable(),
  group: z.string().nullable(),
  job_type: z.string().nullable(),
  agent: z.string().nullable(),
  reason: z.string().nullable(),
  created_at: Time,
  started_at: Time.nullable(),
  ended_at: Time.nullable(),
})
export type RunRow = z.infer<typeof RunRow>

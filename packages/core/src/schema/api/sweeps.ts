import * as z from 'zod'
import { JsonObject, Time } from './fields.ts'
import { SweepStateName } from './states.ts'

export const Best = z.object({ number: z.number().int(), run: z.string(), value: z.number() })

export const SweepCreated = z.object({
  id: z.string(),
  path: z.string(),
  url: z.string(),
  warnings: z.array(z.string()),
})
export type SweepCreated = z.infer<typeof SweepCreated>

export const SweepBody = z.object({
  id: z.string(),
  path: z.string(),
  url: z.string(),
  name: z.string().nullable(),
  description: z.string().nullable(),
  /** Whether pages hide it in lists. It says nothing about its state. */
  archived: z.boolean(),
  state: SweepStateName,
  /** Why the service has paused or finished the sweep, such as by `max_failures`. */
  state_reason: z.string().nullable(),
  method: z.string(),
  metric: z.object({ name: z.string(), goal: z.enum(['minimize', 'maximize']) }).nullable(),
  /** The effective sweep config, with defaults filled in. */
  // Titled, because generators of clients would name it like the component `SweepConfig`.
  config: JsonObject.meta({ title: 'EffectiveConfig' }),
  seed: z.number().int(),
  /** Upper bound on the number of trials; null when only a user ends the sweep. */
  limit: z.number().int().nullable(),
  /** `open` are queued or running. */
  trials: z.object({
    handed_out: z.number().int(),
    open: z.number().int(),
    finished: z.number().int(),
    stopped: z.number().int(),
    failed: z.number().int(),
    killed: z.number().int(),
    crashed: z.number().int(),
  }),
  best: Best.nullable(),
  warnings: z.array(z.string()),
  created_at: Time,
  updated_at: Time,
})
export type SweepBody = z.infer<typeof SweepBody>

export const SweepPatch = z
  .strictObject({
    state: SweepStateName.optional(),
    run_cap: z.number().int().min(1).max(10_000_000).nullable().optional(),
    description: z.string().max(10_000).nullable().optional(),
    name: z.string().max(256).nullable().optional(),
    archived: z.boolean().optional(),
  })
  .refine(
    (patch) => Object.keys(patch).length > 0,
    'give at least one of state, run_cap, description, name, archived',
  )
export type SweepPatch = z.infer<typeof SweepPatch>

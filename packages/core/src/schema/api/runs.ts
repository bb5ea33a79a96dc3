import * as z from 'zod'
import { RunId } from '../names.ts'
import { JsonObject, Time } from './fields.ts'
import { RunStateName } from './states.ts'

export const RunCreate = z.strictObject({
  id: RunId.optional(),
  name: z.string().max(256).optional(),
  config: JsonObject.default({}),
  tags: z.array(z.string().max(128)).max(100).default([]),
  notes: z.string().max(10_000).optional(),
  group: z.string().max(256).optional(),
  job_type: z.string().max(256).optional(),
  /** Of a run that ran elsewhere, with `ended_at` of its finish; the time of the request when absent. */
  started_at: Time.optional(),
})
export type RunCreate = z.input<typeof RunCreate>

export const RunBody = z.object({
  id: z.string(),
  path: z.string(),
  url: z.string(),
  name: z.string(),
  state: RunStateName,
  sweep: z.string().nullable(),
  number: z.number().int().nullable(),
  config: JsonObject,
  /** Latest value of each metric; NaN and infinities are the strings "NaN", "Infinity", "-Infinity". */
  summary: JsonObject,
  tags: z.array(z.string()),
  notes: z.string().nullable(),
  /** The last 20 alerts of the training code (`run.alert` of the W&B client), oldest first. */
  alerts: z.array(
    z.object({ at: Time, level: z.enum(['INFO', 'WARN', 'ERROR']), title: z.string(), text: z.string() }),
  ),
  group: z.string().nullable(),
  job_type: z.string().nullable(),
  attempt: z.number().int(),
  agent: z.string().nullable(),
  stop: z.object({ reason: z.string(), by: z.enum(['stopper', 'person']) }).nullable(),
  reason: z.string().nullable(),
  exit_code: z.number().int().nullable(),
  lease_until: Time.nullable(),
  /** The last ten attempts before the current one, oldest first. `end` is how each ended. */
  past_attempts: z.array(
    z.object({
      attempt: z.number().int(),
      agent: z.string().nullable(),
      started_at: Time.nullable(),
      heartbeat_at: Time.nullable(),
      end: z.enum(['lost', 'preempted', 'released', 'finished', 'failed', 'stopped', 'killed', 'crashed']),
    }),
  ),
  created_at: Time,
  started_at: Time.nullable(),
  /** When the current attempt started. */
  attempt_started_at: Time.nullable(),
  heartbeat_at: Time.nullable(),
  ended_at: Time.nullable(),
  /** Only after a change: why the value of an ended trial does not follow its summary. */
  warnings: z.array(z.string()).optional(),
})
export type RunBody = z.infer<typeof RunBody>

export const RunPatch = z
  .strictObject({
    name: z.string().min(1).max(256).optional(),
    notes: z.string().max(10_000).nullable().optional(),
    tags: z.array(z.string().max(128)).max(100).optional(),
    config: JsonObject.optional(),
    summary: JsonObject.optional(),
    /** `true` requests a stop: the next answer to the agent carries it, and the run ends as `killed`. */
    stop: z.literal(true).optional(),
  })
  .refine(
    (patch) => Object.keys(patch).length > 0,
    'give at least one of name, notes, tags, config, summary, stop',
  )
export type RunPatch = z.input<typeof RunPatch>

/** At least one condition; runs that match all of them are deleted. */
export const RunsDelete = z
  .strictObject({
    states: z.array(RunStateName).min(1).optional(),
    /** Id of the sweep. */
    sweep: z.string().min(1).max(64).optional(),
    group: z.string().max(256).optional(),
    tag: z.string().max(128).optional(),
    created_before: Time.optional(),
  })
  .refine(
    (given) => Object.keys(given).length > 0,
    'give at least one of states, sweep, group, tag, created_before',
  )
export type RunsDelete = z.input<typeof RunsDelete>
/** `more`: the time of a request was over; send it again. */
export const RunsDeleted = z.object({ deleted: z.number().int(), more: z.boolean() })
export type RunsDeleted = z.infer<typeof RunsDeleted>

/** First call of an agent function. `attempt` comes from the queue record, so a duplicate delivery finds the claim taken. */
export const ClaimRequest = z.strictObject({
  attempt: z.number().int().min(1),
  agent: z.string().min(1).max(200).optional(),
})
export type ClaimRequest = z.infer<typeof ClaimRequest>
export const Claimed = z.object({
  number: z.number().int(),
  run: z.string(),
  params: JsonObject,
  attempt: z.number().int(),
  lease_until: Time,
})
export type Claimed = z.infer<typeof Claimed>

export const HeartbeatRequest = z.strictObject({ attempt: z.number().int().min(1).optional() })
export const HeartbeatAnswer = z.object({
  stop: z.boolean(),
  reason: z.string().optional(),
  lease_until: Time.nullable(),
})
export type HeartbeatAnswer = z.infer<typeof HeartbeatAnswer>

export const FinishRequest = z.strictObject({
  /** `released` returns an unfinished trial: it is queued again with the same parameters and uses no attempt. */
  state: z.enum(['finished', 'failed', 'stopped', 'killed', 'crashed', 'released']),
  exit_code: z.number().int().min(-2147483648).max(2147483647).optional(),
  reason: z.string().max(2_000).optional(),
  summary: z.record(z.string().min(1).max(256), z.unknown()).optional(),
  attempt: z.number().int().min(1).optional(),
  /**
   * With `released`: how many seconds ago the agent was interrupted. An end that the same attempt reported since then comes from the
   * program's clean-up; it is undone, and the trial is queued again.
   */
  interrupted_seconds_ago: z.number().min(0).max(86_400).optional(),
  /** When it ended, of a run that ran elsewhere; the time of the request when absent. */
  ended_at: Time.optional(),
})
export type FinishRequest = z.infer<typeof FinishRequest>
/** `kept` is false when another attempt ended the run first, or for `reason`; `state` is the state of the run now. */
export const FinishAnswer = z.object({
  state: RunStateName,
  kept: z.boolean(),
  reason: z.string().optional(),
  /** Why the trial has no value, when it finished without one: `val_f1 was not reported, validation_f1 was`. */
  missing: z.string().optional(),
})
export type FinishAnswer = z.infer<typeof FinishAnswer>

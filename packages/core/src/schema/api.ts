/**
 * Bodies and answers of the HTTP API. One schema serves the door, the SDK, the dashboard and `/openapi.json`.
 * Times are ISO 8601 in UTC; names are snake_case, as W&B's config keys are.
 */
import * as z from 'zod'
import type { Json } from './json.ts'
import { KEY_SCOPES } from './key-scope.ts'
import { AgentName, RunId } from './names.ts'

const time = z.iso.datetime()
const KeyScopeName = z.enum(KEY_SCOPES)
/** Any JSON. What is checked here came from `parseJson`, so it can be nothing else; `1.0` is a `Float` in it. */
const JsonValue = z.custom<Json>()
/** Training parameters and the like: any JSON object. */
const JsonObject = z.record(z.string(), JsonValue)

export const SweepStateName = z.enum(['running', 'paused', 'finished', 'cancelled'])
export const RunStateName = z.enum([
  'queued',
  'running',
  'finished',
  'failed',
  'stopped',
  'killed',
  'crashed',
])
export const EndStateName = RunStateName.exclude(['queued', 'running'])

export const IssueBody = z.object({
  path: z.string(),
  message: z.string(),
  fix: z.string().optional(),
})

/** RFC 9457. `type` is `about:blank#<code>`; `code` is stable for programs. */
export const ProblemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  errors: z.array(IssueBody).optional(),
})
export type ProblemBody = z.infer<typeof ProblemBody>

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
  state: SweepStateName,
  method: z.string(),
  metric: z.object({ name: z.string(), goal: z.enum(['minimize', 'maximize']) }).nullable(),
  /** The sweep config as it is in force, defaults filled in. */
  config: JsonObject,
  seed: z.number().int(),
  /** How many trials there will be at most; null when only a person ends the sweep. */
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
  created_at: time,
  updated_at: time,
})
export type SweepBody = z.infer<typeof SweepBody>

export const SweepPatch = z
  .strictObject({
    state: SweepStateName.optional(),
    run_cap: z.number().int().min(1).max(10_000_000).nullable().optional(),
    description: z.string().max(10_000).nullable().optional(),
    name: z.string().max(256).nullable().optional(),
  })
  .refine((patch) => Object.keys(patch).length > 0, 'give at least one of state, run_cap, description, name')
export type SweepPatch = z.infer<typeof SweepPatch>

export const NextTrialRequest = z.strictObject({
  /** How many trials to hand out at once. */
  count: z.number().int().min(1).max(100).default(1),
  /** A name for whoever will run them; shown on the trial. */
  agent: z.string().min(1).max(200).optional(),
})
export type NextTrialRequest = z.input<typeof NextTrialRequest>

export const HandedTrial = z.object({
  number: z.number().int(),
  run: z.string(),
  /** `entity/project/run` */
  run_path: z.string(),
  params: JsonObject,
  attempt: z.number().int(),
  lease_until: time,
})
export type HandedTrial = z.infer<typeof HandedTrial>
export const HandedTrials = z.object({ trials: z.array(HandedTrial) })
export type HandedTrials = z.infer<typeof HandedTrials>

export const EnqueueRequest = z.strictObject({ params: JsonObject })
export const Enqueued = z.object({ number: z.number().int(), run: z.string() })

export const TrialBody = z.object({
  number: z.number().int(),
  run: z.string(),
  params: JsonObject,
  state: RunStateName,
  attempt: z.number().int(),
  /** The metric as reported. */
  value: z.number().optional(),
  /** The rung at which an early-stopped trial's value was taken. */
  rung: z.number().optional(),
  /** One value per entry of `metrics`, in their order. */
  values: z.array(z.number()).optional(),
  /** Whether every constraint was kept; only with constraints. */
  feasible: z.boolean().optional(),
  reason: z.string().optional(),
  agent: z.string().optional(),
  suggested_by: z.object({ arm: z.string(), why: z.string() }).optional(),
  created_at: time,
  /** When the present attempt began; absent while nobody has claimed the trial. */
  started_at: time.optional(),
  updated_at: time,
})
export type TrialBody = z.infer<typeof TrialBody>

/** Of running trials; `value` is the last that was told of the metric, and not yet a result. */
export const Latest = z.object({
  items: z.array(
    z.object({
      run: z.string(),
      number: z.number().int(),
      attempt: z.number().int(),
      value: z.number(),
    }),
  ),
})
export type Latest = z.infer<typeof Latest>

export const Correlation = z.object({
  parameter: z.string(),
  /** Spearman rank correlation with the metric, in [-1, 1]; null for a parameter without an order. */
  correlation: z.number().nullable(),
  /** PED-ANOVA: share of what all parameters do to tell the best trials from the others; they sum to 1, or are all 0. */
  importance: z.number(),
})
export const Importance = z.object({
  metric: z.string(),
  trials: z.number().int(),
  parameters: z.array(Correlation),
})

export const Pareto = z.object({
  metrics: z.array(z.object({ name: z.string(), goal: z.enum(['minimize', 'maximize']) })),
  /** Finished trials that no other one beats in every metric. */
  trials: z.array(TrialBody),
  /** The worst value of each metric, from which the volume is measured. */
  reference: z.array(z.number()),
  hypervolume: z.number(),
})

export const RunCreate = z.strictObject({
  id: RunId.optional(),
  name: z.string().max(256).optional(),
  config: JsonObject.default({}),
  tags: z.array(z.string().max(128)).max(100).default([]),
  notes: z.string().max(10_000).optional(),
  group: z.string().max(256).optional(),
  job_type: z.string().max(256).optional(),
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
  group: z.string().nullable(),
  job_type: z.string().nullable(),
  attempt: z.number().int(),
  agent: z.string().nullable(),
  stop: z.object({ reason: z.string(), by: z.enum(['stopper', 'person']) }).nullable(),
  reason: z.string().nullable(),
  exit_code: z.number().int().nullable(),
  lease_until: time.nullable(),
  /** Attempts that were followed by another one, oldest first; the latest ten. `end` is how each was over. */
  past_attempts: z.array(
    z.object({
      attempt: z.number().int(),
      agent: z.string().nullable(),
      started_at: time.nullable(),
      heartbeat_at: time.nullable(),
      end: z.enum(['lost', 'preempted', 'released', 'finished', 'failed', 'stopped', 'killed', 'crashed']),
    }),
  ),
  created_at: time,
  started_at: time.nullable(),
  heartbeat_at: time.nullable(),
  ended_at: time.nullable(),
})
export type RunBody = z.infer<typeof RunBody>

export const RunPatch = z
  .strictObject({
    name: z.string().min(1).max(256).optional(),
    notes: z.string().max(10_000).nullable().optional(),
    tags: z.array(z.string().max(128)).max(100).optional(),
    config: JsonObject.optional(),
    summary: JsonObject.optional(),
    /** `true` asks the run to stop; its agent is told in the next answer, and it ends as `killed`. */
    stop: z.literal(true).optional(),
  })
  .refine(
    (patch) => Object.keys(patch).length > 0,
    'give at least one of name, notes, tags, config, summary, stop',
  )
export type RunPatch = z.input<typeof RunPatch>

/** What an agent function sends first: the record's attempt, so that a duplicate finds the claim made. */
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
  lease_until: time,
})
export type Claimed = z.infer<typeof Claimed>

/** Values may be any JSON; a body may hold bare NaN, Infinity and -Infinity, as Python writes them. */
export const MetricPoint = z.strictObject({
  step: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  values: z.record(z.string().min(1).max(256), JsonValue),
  /** When it was logged; now when absent. */
  at: z.union([time, z.number().min(0)]).optional(),
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

export const HeartbeatRequest = z.strictObject({ attempt: z.number().int().min(1).optional() })
export const HeartbeatAnswer = z.object({
  stop: z.boolean(),
  reason: z.string().optional(),
  lease_until: time.nullable(),
})
export type HeartbeatAnswer = z.infer<typeof HeartbeatAnswer>

export const FinishRequest = z.strictObject({
  /** `released` hands a trial back unfinished: it is queued again with the same parameters and costs no attempt. */
  state: z.enum(['finished', 'failed', 'stopped', 'killed', 'crashed', 'released']),
  exit_code: z.number().int().min(-2147483648).max(2147483647).optional(),
  reason: z.string().max(2_000).optional(),
  summary: z.record(z.string().min(1).max(256), z.unknown()).optional(),
  attempt: z.number().int().min(1).optional(),
})
export type FinishRequest = z.infer<typeof FinishRequest>
/** `kept` is false when another attempt had ended the run before; `state` is the run's state now. */
export const FinishAnswer = z.object({ state: RunStateName, kept: z.boolean() })
export type FinishAnswer = z.infer<typeof FinishAnswer>

/** A row as the API reads it back: `_step`, `_timestamp` (Unix seconds), then the values. */
export const HistoryRow = z.looseObject({ _step: z.number().int(), _timestamp: z.number() })

/** What `events` tells. `cursor` goes into `?since=` of the next call. */
export const SweepEvents = z.object({
  cursor: z.string(),
  sweep: SweepBody,
  /** Trials that changed since, ascending by number. */
  trials: z.array(TrialBody),
  /** There is more to tell right now: ask again with the cursor. */
  more: z.literal(true).optional(),
})
export type SweepEvents = z.infer<typeof SweepEvents>

/** `url` opens the sweep to whoever has it, and is told once: only a hash is kept. */
export const ShareCreated = z.object({ url: z.string(), created_at: time })
/** `created_at` is null when the sweep is not shared. */
export const ShareBody = z.object({ created_at: time.nullable() })

export const RunFileBody = z.object({
  name: z.string(),
  /** Bytes. */
  size: z.number().int(),
  updated_at: time,
  /** Carries its own permission, for an hour. */
  url: z.string(),
})
export type RunFileBody = z.infer<typeof RunFileBody>

export const KeyCreate = z.strictObject({
  name: z.string().min(1).max(128).default('key'),
  scope: KeyScopeName.default('write'),
  /** When it stops working; never when absent. In the future. */
  expires_at: time.optional(),
  /** How many requests a minute it may send; the deployment's limit when absent. */
  requests_per_minute: z.number().int().min(1).max(1_000_000).optional(),
})
export type KeyCreate = z.input<typeof KeyCreate>
export const KeyRotate = z.strictObject({
  /** How long the old key goes on working, at most 30 days; a day when absent. */
  grace_seconds: z.number().int().min(0).max(2_592_000).default(86_400),
})
export const KeyBody = z.object({
  id: z.string(),
  name: z.string(),
  entity: z.string(),
  scope: KeyScopeName,
  created_at: time,
  expires_at: time.nullable(),
  /** To the hour; null when it was never used. */
  last_used_at: time.nullable(),
  requests_per_minute: z.number().int().nullable(),
})
export type KeyBody = z.infer<typeof KeyBody>
/** The only answer that ever holds the key itself. */
export const KeyCreated = KeyBody.extend({ key: z.string() })

/** `key` is null for a key from the environment. */
export const Viewer = z.object({ entity: z.string(), scope: KeyScopeName, key: KeyBody.nullable() })
export const Health = z.object({ status: z.literal('ok'), version: z.string() })

/** Messages on their way to an agent function. */
export const AgentQueue = z.object({
  agent: z.string(),
  waiting: z.number().int(),
  in_flight: z.number().int(),
  dead: z.number().int(),
})
export const RedriveRequest = z.strictObject({ count: z.number().int().min(1).max(500).default(100) })
export const Redriven = z.object({ moved: z.number().int() })

export const ProjectBody = z.object({ entity: z.string(), name: z.string(), created_at: time })
export type ProjectBody = z.infer<typeof ProjectBody>

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next_cursor: z.string().optional() })

export const DispatchConfig = z.strictObject({
  agent: AgentName,
  concurrency: z.number().int().min(1).max(1000).default(10),
})

import * as z from 'zod'
import { JsonObject, Time } from './fields.ts'
import { MetricPoint } from './metrics.ts'
import { EndStateName, RunStateName } from './states.ts'

export const NextTrialRequest = z.strictObject({
  /** Number of trials to hand out. */
  count: z.number().int().min(1).max(100).default(1),
  /** Name of the agent that will run the trials; shown on the trial. */
  agent: z.string().min(1).max(200).optional(),
})
export type NextTrialRequest = z.input<typeof NextTrialRequest>

/** A repetition of a point of a sweep with `replicates`: `index` from 1 to `of`. */
export const ReplicateBody = z.object({ index: z.number().int(), of: z.number().int() })

export const HandedTrial = z.object({
  number: z.number().int(),
  run: z.string(),
  /** `entity/project/run` */
  run_path: z.string(),
  params: JsonObject,
  attempt: z.number().int(),
  /** Which repetition of its point it is, from 1; in a sweep with `replicates`. */
  replicate: ReplicateBody.optional(),
  lease_until: Time,
})
export type HandedTrial = z.infer<typeof HandedTrial>
export const HandedTrials = z.object({ trials: z.array(HandedTrial) })
export type HandedTrials = z.infer<typeof HandedTrials>

export const VoidRequest = z.strictObject({
  /** Shown with the trial. */
  reason: z.string().min(1).max(2_000).optional(),
})
export type VoidRequest = z.infer<typeof VoidRequest>

export const EnqueueRequest = z.strictObject({ params: JsonObject })
export const Enqueued = z.object({ number: z.number().int(), run: z.string() })
export type Enqueued = z.infer<typeof Enqueued>

export const MAX_ADDED = 100

/** A trial that ran elsewhere, with its result. */
export const AddedTrial = z.strictObject({
  /** All parameters of the sweep that exist with these values. */
  params: JsonObject,
  state: EndStateName.default('finished'),
  /** Final values of metrics; they override those of `points`. */
  summary: z.record(z.string().min(1).max(256), z.unknown()).optional(),
  points: z.array(MetricPoint).max(10_000).default([]),
  reason: z.string().max(2_000).optional(),
  /** Shown as the reason of the parameters, such as `trial 17 of the Optuna study digits`. */
  source: z.string().min(1).max(200).optional(),
  name: z.string().min(1).max(256).optional(),
  notes: z.string().max(10_000).optional(),
  tags: z.array(z.string().max(128)).max(100).optional(),
  /** Values beside the parameters, for the config of the run. */
  config: JsonObject.optional(),
  /** The time of the request when absent. */
  started_at: Time.optional(),
  ended_at: Time.optional(),
})
export const AddTrialsRequest = z.strictObject({ trials: z.array(AddedTrial).min(1).max(MAX_ADDED) })
export type AddTrialsRequest = z.input<typeof AddTrialsRequest>
/** In the order of the request. */
export const AddedTrials = z.object({ trials: z.array(Enqueued) })
export type AddedTrials = z.infer<typeof AddedTrials>

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
  /** Which repetition of its point it is; in a sweep with `replicates`. */
  replicate: ReplicateBody.optional(),
  /** Only of the best trial of a sweep with `replicates`: mean and sample standard deviation of the values of its point. */
  point: z.object({ count: z.number().int(), mean: z.number(), deviation: z.number() }).optional(),
  /** One value per entry of `metrics`, in their order. */
  values: z.array(z.number()).optional(),
  /** Whether every constraint holds; only in sweeps with constraints. */
  feasible: z.boolean().optional(),
  reason: z.string().optional(),
  agent: z.string().optional(),
  suggested_by: z.object({ arm: z.string(), why: z.string() }).optional(),
  /** A user has voided the result; `deleted`: by deleting the run. The state is `killed`. */
  voided: z.object({ at: Time, reason: z.string(), deleted: z.boolean() }).optional(),
  /** Results that were voided, corrected or requeued, oldest first; at most the last five. */
  earlier: z
    .array(
      z.object({
        state: EndStateName,
        attempt: z.number().int(),
        value: z.number().optional(),
        values: z.array(z.number()).optional(),
        reason: z.string().optional(),
        at: Time,
      }),
    )
    .optional(),
  created_at: Time,
  /** When the current attempt started; absent until an agent claims the trial. */
  started_at: Time.optional(),
  /** Of a trial that was added with its result; others ended at `updated_at`. */
  ended_at: Time.optional(),
  updated_at: Time,
})
export type TrialBody = z.infer<typeof TrialBody>

/** An empty object, or no body. */
export const RequeueRequest = z.strictObject({})

/** Trials that are queued again. `more`: there are others; send the request again. */
export const Requeued = z.object({ items: z.array(TrialBody), more: z.boolean() })
export type Requeued = z.infer<typeof Requeued>

/** Running trials; `value` is the last reported value of the metric, not a result. */
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

import * as z from 'zod'
import { JsonValue, Time } from './fields.ts'

export const Severity = z.enum(['error', 'warning', 'remark'])
export type Severity = z.infer<typeof Severity>

/** One operation of a JSON Patch (RFC 6902); `path` is a JSON Pointer into a sweep config. `add` replaces what is there. */
export const ConfigChange = z.discriminatedUnion('op', [
  z.object({ op: z.literal('add'), path: z.string(), value: JsonValue }),
  z.object({ op: z.literal('remove'), path: z.string() }),
])
export type ConfigChange = z.infer<typeof ConfigChange>

/** What a program can do about a finding; the sentence is `fix`. */
export const Remedy = z.discriminatedUnion('kind', [
  /** Create a sweep with the config of this one after `changes`. */
  z.object({ kind: z.literal('new-sweep'), changes: z.array(ConfigChange).min(1) }),
  /** PATCH the sweep with `run_cap`. */
  z.object({ kind: z.literal('run-cap'), run_cap: z.number().int().min(1) }),
  /** PATCH the sweep with `state`. */
  z.object({ kind: z.literal('state'), state: z.enum(['running', 'finished']) }),
  /** POST `…/trials/requeue?state=failed,crashed`. */
  z.object({ kind: z.literal('requeue') }),
])
export type Remedy = z.infer<typeof Remedy>

export const Finding = z.object({
  /** Stable slug of the rule, such as `metric-missing`. */
  code: z.string(),
  /** `error`: the sweep cannot reach its goal. `warning`: it wastes trials. `remark`: worth a look. */
  severity: Severity,
  /** One sentence. */
  message: z.string(),
  evidence: z.object({
    /** Numbers of the trials that show it, ascending; at most 20 of them. */
    trials: z.array(z.number().int()),
    /** Names of metrics, parameters, values or hosts. */
    keys: z.array(z.string()),
    /** Counts and measured figures by name; all finite. */
    numbers: z.record(z.string(), z.number()),
  }),
  /** What to do. */
  fix: z.string(),
  remedy: Remedy.optional(),
})
export type Finding = z.infer<typeof Finding>

export const Diagnosis = z.object({
  /** Errors first, then warnings, then remarks. Empty: nothing was found. */
  findings: z.array(Finding),
  /** How many trials were read: the newest ones and the best one. */
  trials: z.number().int(),
  at: Time,
})
export type Diagnosis = z.infer<typeof Diagnosis>

import * as z from 'zod'
import { Time } from './fields.ts'

export const Severity = z.enum(['error', 'warning', 'remark'])
export type Severity = z.infer<typeof Severity>

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

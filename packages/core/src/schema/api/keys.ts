import * as z from 'zod'
import { Entity } from '../names.ts'
import { KeyScopeName, Time } from './fields.ts'

export const KeyCreate = z.strictObject({
  name: z.string().min(1).max(128).default('key'),
  scope: KeyScopeName.default('write'),
  /** When the key expires; never when absent. Must be in the future. */
  expires_at: Time.optional(),
  /** Rate limit of this key; the limit of the deployment when absent. */
  requests_per_minute: z.number().int().min(1).max(1_000_000).optional(),
  /** Entity of the key; that of the caller when absent. Only operators may name another one. */
  entity: Entity.optional(),
})
export type KeyCreate = z.input<typeof KeyCreate>
export const KeyRotate = z.strictObject({
  /** How long the old key stays valid: at most 30 days, one day when absent. */
  grace_seconds: z.number().int().min(0).max(2_592_000).default(86_400),
})
export const KeyBody = z.object({
  id: z.string(),
  name: z.string(),
  entity: z.string(),
  scope: KeyScopeName,
  created_at: Time,
  expires_at: Time.nullable(),
  /** Rounded to the hour; null when the key was never used. */
  last_used_at: Time.nullable(),
  requests_per_minute: z.number().int().nullable(),
})
export type KeyBody = z.infer<typeof KeyBody>
/** The only answer that contains the key. */
export const KeyCreated = KeyBody.extend({ key: z.string() })
export type KeyCreated = z.infer<typeof KeyCreated>

/** `key` is null for a key from the environment. */
export const Viewer = z.object({
  entity: z.string(),
  scope: KeyScopeName,
  key: KeyBody.nullable(),
  /** Where the service runs: in an AWS account, or on one machine. */
  hosted_on: z.enum(['aws', 'machine']),
})
export type Viewer = z.infer<typeof Viewer>

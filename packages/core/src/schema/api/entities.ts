import * as z from 'zod'
import { Entity } from '../names.ts'
import { Time } from './fields.ts'
import { KeyCreated } from './keys.ts'

export const EntityCreate = z.strictObject({ name: Entity })
export type EntityCreate = z.input<typeof EntityCreate>
export const EntityBody = z.object({
  name: z.string(),
  /** Its admins operate the deployment. */
  operator: z.boolean(),
  /** Null for the entity of the deployment itself. */
  created_at: Time.nullable(),
})
export type EntityBody = z.infer<typeof EntityBody>
/** The only answer that contains the first admin key of the entity. */
export const EntityCreated = EntityBody.extend({ key: KeyCreated })
export type EntityCreated = z.infer<typeof EntityCreated>

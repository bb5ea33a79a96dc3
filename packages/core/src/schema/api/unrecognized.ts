import * as z from 'zod'
import { Time } from './fields.ts'

/** A part of a request of a W&B client that the service lacks: a field, an argument, a mutation or a route. */
export const UnrecognizedBody = z.object({
  name: z.string(),
  /** The client as it names itself. */
  client: z.string(),
  first_at: Time,
  last_at: Time,
})
export type UnrecognizedBody = z.infer<typeof UnrecognizedBody>

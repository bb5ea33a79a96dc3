import * as z from 'zod'
import { Time } from './fields.ts'

/** Pages whose state can be saved under a name. */
export const VIEW_PAGES = ['project', 'run'] as const
export const ViewPage = z.enum(VIEW_PAGES)
export type ViewPage = z.infer<typeof ViewPage>

/** Name of a view; views of a page have different ones. */
export const ViewName = z
  .string()
  .min(1)
  .max(80)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused
  .regex(/^[^/\u0000-\u001f\u007f-\u009f]+$/, 'a name of a view must be 1 to 80 characters without /')
  .refine((name) => !/\p{Cs}/u.test(name), { error: 'half of a surrogate pair is no character' })
  .refine((name) => name !== '.' && name !== '..', { error: 'must not be . or ..' })

/** What the address of the page has after `?`. */
const State = z.string().max(8_000)
const IsDefault = z.boolean()

/** State of a page under a name. */
export const ViewBody = z.object({
  page: ViewPage,
  name: ViewName,
  query: State,
  /** The page opens with it when its address has no state. At most one view of a page is. */
  default: IsDefault,
  /** Grows with each change. */
  rev: z.number().int(),
  updated_at: Time,
})
export type ViewBody = z.infer<typeof ViewBody>

export const ViewCreate = z.strictObject({
  page: ViewPage,
  name: ViewName,
  query: State,
  default: IsDefault.optional(),
})
export type ViewCreate = z.infer<typeof ViewCreate>

/** `rev` is that of the view which the change was made from. */
export const ViewReplace = z.strictObject({
  query: State,
  default: IsDefault.optional(),
  rev: z.number().int().min(1),
})
export type ViewReplace = z.infer<typeof ViewReplace>

import * as z from 'zod'

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next_cursor: z.string().optional() })
export type Page<T> = z.infer<ReturnType<typeof pageOf<z.ZodType<T>>>>

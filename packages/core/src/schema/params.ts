import type { Json } from './json.ts'

/**
 * Parameters of one trial as training code sees them, by top-level name; nested parameters are nested objects.
 * Values are JSON, where an integral number of floating type is a {@link Float} (`1.0` is not `1`).
 */
export type Params = { readonly [name: string]: Json }

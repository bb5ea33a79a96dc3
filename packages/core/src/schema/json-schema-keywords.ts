/** Keywords that stand in the `meta` of zod schemas and go from there into the JSON Schema. */

/** Mark of an object in which the parser takes null as an absent key. */
export const NULL_IS_ABSENT = 'x-null-is-absent'
/** Mark of a key for which the parser replaces any other value by the default. */
export const REPLACED = 'x-replaced-by-default'

export type Keywords = { readonly [keyword: string]: unknown }

/** Conditions are written as `if` and `then`, which generators of clients ignore; unions would change their types. */
export const ifThen = (condition: Keywords, consequence: Keywords): Keywords => ({
  if: condition,
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: consequence,
})

/** The keys are there and not null. */
export const present = (...keys: readonly string[]): Keywords => ({
  properties: Object.fromEntries(keys.map((key) => [key, { not: { type: 'null' } }])),
  required: keys,
})

/** Without the first key, the others are required. */
export const unless = (first: string, ...others: readonly string[]): Keywords =>
  ifThen({ not: present(first) }, present(...others))

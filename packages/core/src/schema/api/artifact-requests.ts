import * as z from 'zod'

/** Names and changes of artifacts. Apart from the bodies of answers, which a function of the API never loads. */
/** Rules of artifacts' names and aliases: both are parts of `collection:alias`. */
// Ranges instead of classes, which the regular expressions of other languages lack.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused
const PLAIN = /^[^/:\u0000-\u001f\u007f-\u009f]+$/
const isWellFormed = (text: string) => !/\p{Cs}/u.test(text)
const HALF = { error: 'half of a surrogate pair is no character' }

/** Name of a collection of artifacts. */
export const CollectionName = z
  .string()
  .min(1)
  .max(128)
  .regex(PLAIN, "a collection's name must be 1 to 128 characters without / and :")
  .refine(isWellFormed, HALF)

/** `v3`, `latest` or another alias. */
export const VersionName = z
  .string()
  .min(1)
  .max(128)
  .regex(PLAIN, 'version must be v0, v1, … or an alias: 1 to 128 characters without / and :')
  .refine(isWellFormed, HALF)

const Alias = VersionName.refine((alias) => !/^v\d+$/.test(alias), {
  error: 'an alias must not look like a version (v0, v1, …)',
})

const atLeastOne = (patch: object) => Object.keys(patch).length > 0
const EMPTY = { error: 'send at least one field to change' }
const Description = z.string().max(10_000).nullable().optional()

export const CollectionPatch = z
  .strictObject({ name: CollectionName.optional(), description: Description })
  .refine(atLeastOne, EMPTY)
export type CollectionPatch = z.infer<typeof CollectionPatch>

export const VersionPatch = z
  .strictObject({
    description: Description,
    add_aliases: z.array(Alias).min(1).max(100).optional(),
    remove_aliases: z.array(VersionName).min(1).max(100).optional(),
  })
  .refine(atLeastOne, EMPTY)
export type VersionPatch = z.infer<typeof VersionPatch>

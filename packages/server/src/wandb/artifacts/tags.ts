import { Problem } from '@chimney/core/schema/problem'

/** Input `TagInput`. */
export interface TagInput {
  readonly tagName: string
  readonly tagCategoryName?: string | null
  readonly attributes?: string | null
}

/** Names of tags. Throws for tags with a category or attributes, which the service does not store. */
export function plainTags(tags: readonly TagInput[] | null | undefined): readonly string[] {
  return (tags ?? []).map(({ tagName, tagCategoryName, attributes }) => {
    if (tagCategoryName || (attributes && attributes !== '{}'))
      throw new Problem(
        'invalid',
        'plain-tags',
        `tags have no categories and attributes here; send ${tagName} alone`,
      )
    return tagName
  })
}

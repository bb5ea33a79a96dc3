/** Hides a run in the table of its project. */
export const ARCHIVED = 'archived'

/** Tags of a text with commas, each once. */
export const tagsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  ),
]

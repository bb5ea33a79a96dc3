import type { Goal } from '../sweep-config.ts'

/**
 * What {@link goalOf} reads, for JSON Schema, which has no flag for the case: `minimize` or `maximize` with s or z, or only `min` or
 * `max`.
 */
export const GOAL_PATTERN = '^\\s*[Mm](?:[Ii][Nn]|[Aa][Xx])(?:[Ii][Mm][Ii][SsZz][Ee])?\\s*$'

const GOAL = new RegExp(GOAL_PATTERN)

/** The direction that a word means, in any case; undefined for anything else. The only place that reads `goal`. */
export function goalOf(word: unknown): Goal | undefined {
  if (typeof word !== 'string' || !GOAL.test(word)) return undefined
  return /^\s*min/i.test(word) ? 'minimize' : 'maximize'
}

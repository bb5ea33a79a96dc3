import { RunStateName } from '@chimney/core/schema/api/states'
import { RunId } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import * as z from 'zod'

/** Step or line numbers. */
const index = () => z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

const cursor = z.string().min(1).max(2_048).optional().describe('`next_cursor` of the page before')
const limitUpTo = (max: number, normally: number) =>
  z.coerce
    .number()
    .int()
    .min(1)
    .max(max)
    .default(normally)
    .describe(`How many items at most, ${normally} unless given`)

export const PageQuery = z.object({ cursor, limit: limitUpTo(1_000, 50) })

export const BackupQuery = z.object({
  cursor: z.string().min(1).max(8_192).optional().describe('`next_cursor` of the page before'),
})

export const TrialsQuery = z.object({
  cursor,
  limit: limitUpTo(1_000, 100),
  state: z
    .string()
    .regex(/^[a-z]+(,[a-z]+)*$/)
    .transform((text) => text.split(','))
    .pipe(z.array(RunStateName))
    .optional()
    .describe('Only trials in these states, separated by commas'),
})

export const LatestQuery = z.object({
  runs: z
    .string()
    .max(10_000)
    .transform((text) => text.split(','))
    .pipe(z.array(RunId).max(50))
    .describe('Ids of runs of the sweep, 50 at most, separated by commas'),
})

export const HistoryQuery = z.object({
  keys: z
    .string()
    .max(10_000)
    .optional()
    .describe('Names of values, separated by commas; rows that have none of them are left out'),
  from: index().optional().describe('First step (included)'),
  to: index().optional().describe('Last step (included)'),
  samples: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('Thins evenly to so many rows in one answer; the first and the last one stay'),
  bands: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe(
      'With `samples`: each row also has `_low` and `_high`, the ends of what its values were among the rows that it stands for',
    ),
  last: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('Only so many rows, from the end, in one answer'),
  series: z
    .enum(['metrics', 'system', 'console'])
    .default('metrics')
    .describe('What was logged, system metrics, or console lines'),
  cursor,
  limit: limitUpTo(10_000, 1_000),
})

export const EventsQuery = z.object({
  since: z.string().max(200).optional().describe('`cursor` of the answer before; everything when absent'),
})

/** Cursors that are plain numbers: of trials and of history rows. Refuses what this API never gave. */
export function numberCursor(text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (value <= max) return value
  throw new Problem('invalid', 'bad-cursor', 'cursor is not one of this list; leave it out to begin anew', {
    issues: [{ path: 'cursor', message: 'is not a cursor of this list' }],
  })
}

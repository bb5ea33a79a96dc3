import { EndStateName, RunStateName } from '@chimney/core/schema/api/states'
import { ViewPage } from '@chimney/core/schema/api/views'
import { RunId } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import * as z from 'zod'

/** Step or line numbers. */
const index = () => z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

const cursor = z.string().min(1).max(2_048).optional().describe('`next_cursor` of the previous page')
const limitUpTo = (max: number, fallback: number) =>
  z.coerce
    .number()
    .int()
    .min(1)
    .max(max)
    .default(fallback)
    .describe(`Maximum number of items; default ${fallback}`)

export const PageQuery = z.object({ cursor, limit: limitUpTo(1_000, 50) })

export const CollectionsQuery = PageQuery.extend({
  type: z.string().min(1).max(256).optional().describe('Only collections of this type'),
})

export const ArtifactFilesQuery = PageQuery.extend({
  prefix: z.string().min(1).max(1_024).optional().describe('Only files whose names begin so'),
})

export const DeleteVersionQuery = z.object({
  aliases: z.enum(['keep', 'delete']).default('keep').describe('`delete`: also a version that has aliases'),
})

export const RunArtifactsQuery = PageQuery.extend({
  as: z.enum(['logged', 'used']).default('logged').describe('Outputs or inputs of the run'),
})

export const ViewsQuery = z.object({ page: ViewPage.optional().describe('Only views of this page') })

export const RunTableQuery = z.object({ cursor })

export const BackupQuery = z.object({
  cursor: z.string().min(1).max(8_192).optional().describe('`next_cursor` of the previous page'),
})

export const TrialsQuery = z.object({
  cursor,
  limit: limitUpTo(1_000, 100),
  state: z
    .string()
    .regex(/^[a-z]+(,[a-z]+)*$/)
    .transform((text) => text.split(','))
    .pipe(z.array(RunStateName).min(1))
    .optional()
    .describe('Only trials in these states, separated by commas'),
})

export const RequeueQuery = z.object({
  state: z
    .string()
    .regex(/^[a-z]+(,[a-z]+)*$/)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum([...EndStateName.options, 'void'])).min(1))
    .describe('Trials that ended so, separated by commas: finished, failed, stopped, killed, crashed, void'),
})

export const ImportanceQuery = z.object({
  metric: z.string().min(1).max(256).optional().describe('One of several metrics; default: the first'),
  numbers: z
    .string()
    .regex(/^[\w-]*$/)
    .max(6_000)
    .optional()
    .describe('Only these trials: a bitmap in base64url; the lowest bit of the first byte is trial 1'),
})

/** Whether a bitmap of {@link ImportanceQuery} has a number. */
export function inBitmap(text: string): (number: number) => boolean {
  const bytes = Buffer.from(text, 'base64url')
  return (number) => ((bytes[(number - 1) >> 3] ?? 0) & (1 << ((number - 1) & 7))) !== 0
}

export const CurvesQuery = z.object({
  metric: z.string().min(1).max(256).describe('Name of a logged value'),
  block: z.coerce.number().int().min(0).max(1_000_000).default(0).describe('Number of the block, from 0'),
})

export const LatestQuery = z.object({
  runs: z
    .string()
    .max(10_000)
    .transform((text) => text.split(','))
    .pipe(z.array(RunId).min(1).max(50))
    .describe('Ids of runs of the sweep, separated by commas; at most 50'),
})

export const HistoryQuery = z.object({
  keys: z
    .string()
    .max(10_000)
    .optional()
    .describe('Names of values, separated by commas; rows without any of them are omitted'),
  key: z
    .string()
    .max(1_024)
    .optional()
    .describe('A name like those of `keys` that may contain commas; repeat it for more'),
  from: index().optional().describe('First step (included)'),
  to: index().optional().describe('Last step (included)'),
  samples: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('Downsamples evenly to this number of rows in one response; keeps the first and the last row'),
  bands: z
    .enum(['true', 'false'])
    .optional()
    .describe(
      'With `samples`: rows have `_low` and `_high`, the ranges of their values among the rows they replace. A value that the last row of a group lacks is in a further row, at its own step. `_index` is the number for `from` and `to` where it is not the step',
    ),
  last: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('Only this number of rows, from the end, in one response'),
  series: z
    .enum(['metrics', 'system', 'console'])
    .default('metrics')
    .describe('Logged metrics, system metrics, or console lines'),
  cursor,
  limit: limitUpTo(10_000, 1_000),
})

/** The names of `keys`, and those of each `key`, which may contain commas; undefined without both. */
export function keyNames(
  keys: string | undefined,
  each: readonly string[] | undefined,
): readonly string[] | undefined {
  if (keys === undefined && each === undefined) return undefined
  return [...(keys?.split(',').filter((name) => name !== '') ?? []), ...(each ?? [])]
}

export const MediaQuery = HistoryQuery.pick({
  keys: true,
  key: true,
  from: true,
  to: true,
  cursor: true,
  limit: true,
})

export const FileNameQuery = z.object({ name: z.string().min(1).max(1_024).describe('A file of the run') })

export const EventsQuery = z.object({
  since: z.string().max(200).optional().describe('`cursor` of the previous response; everything when absent'),
})

/** Cursors that are numbers, of trials and history rows. Throws for a cursor that this API did not return. */
export function numberCursor(text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (value <= max) return value
  throw new Problem('invalid', 'bad-cursor', 'cursor does not belong to this list; omit it to start over', {
    issues: [{ path: 'cursor', message: 'does not belong to this list' }],
  })
}

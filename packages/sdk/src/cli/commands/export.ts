import type { TrialBody } from '@chimney/core/schema/api/trials'
import { appendPage, beginBackup, standingOf } from '../backup-file.ts'
import { type Call, type Command, UsageError } from '../command.ts'
import { csvOf } from '../csv.ts'
import { flattenParams } from '../render.ts'

const FIELDS = [
  'number',
  'run',
  'state',
  'value',
  'attempt',
  'rung',
  'reason',
  'agent',
  'created_at',
  'updated_at',
] as const

export const exportTrials: Command = {
  name: 'export',
  usage: 'PATH [--format csv|json] [--raw] | [PROJECT] --to FILE',
  summary: 'Write all trials of a sweep to standard output, or a whole project to a file.',
  details:
    'CSV follows RFC 4180, a column per parameter (params.lr, params.optimizer.name). Texts that a spreadsheet would\nrun as a formula begin with an apostrophe, unless --raw; JSON is always exact.\n\nWith --to everything that is stored of a project, for chimney import: sweeps, trials, runs and what they logged, but not\nthe files that runs uploaded. An export that was interrupted goes on in the same file. Needs an admin key.',
  options: {
    format: { type: 'string', value: 'FORMAT', help: 'csv (default) or json' },
    to: { type: 'string', value: 'FILE', help: 'write the whole project to this file' },
    raw: { type: 'boolean', help: 'leave texts that look like formulas alone' },
  },
  examples: [
    'chimney export digits/abc123de > trials.csv',
    'chimney export digits/abc123de --format json',
    'chimney export digits --to digits.backup',
  ],
  arity: [0, 1],
  run: async (call) => {
    const { io, words, json, text, flag, client } = call
    const file = text('to')
    if (file !== undefined) return exportProject(call, file)
    if (words[0] === undefined)
      throw new UsageError('name a sweep, or a file for the whole project with --to')
    const format = text('format') ?? (json ? 'json' : 'csv')
    if (format !== 'csv' && format !== 'json')
      throw new UsageError(`--format must be csv or json, not "${format}"`)
    const trials: TrialBody[] = []
    for await (const trial of client().trials(words[0])) trials.push(trial)
    io.out(format === 'json' ? `${JSON.stringify(trials, null, 2)}\n` : csvOf(tableOf(trials), flag('raw')))
    return 0
  },
}

async function exportProject({ io, words, json, client: connect }: Call, file: string): Promise<number> {
  const client = connect()
  const { entity, project } = await client.projectAt(words[0])
  const of = `${entity}/${project}`
  const standing = await standingOf(file)
  if (standing?.isWhole)
    throw new UsageError(`${file} is a whole backup of ${standing.of} already; name another file`)
  if (standing && standing.of !== of)
    throw new UsageError(
      `${file} is the beginning of a backup of ${standing.of}; name another file for ${of}`,
    )
  let { items, cursor } = standing ?? { items: 0, cursor: undefined }
  let begun = false
  do {
    const page = await client.readBackup(of, cursor)
    if (!begun) beginBackup(file, of, page.version, standing)
    begun = true
    appendPage(file, page, items)
    items += page.items.length
    cursor = page.next_cursor
    if (io.isTty) io.err(`\r${items} items`)
  } while (cursor !== undefined)
  if (io.isTty) io.err('\r')
  io.out(
    json
      ? `${JSON.stringify({ project: of, file, items })}\n`
      : `Exported ${of} to ${file}: ${items} items.\n`,
  )
  return 0
}

/** A head line, then a row a trial. */
export const tableOf = (trials: readonly TrialBody[]): unknown[][] => {
  const params = trials.map((trial) => flattenParams(trial.params))
  const names = [...new Set(params.flatMap(Object.keys))]
  return [
    [...FIELDS, ...names.map((name) => `params.${name}`)],
    ...trials.map((trial, at) => [
      ...FIELDS.map((field) => trial[field]),
      ...names.map((name) => params[at]?.[name]),
    ]),
  ]
}

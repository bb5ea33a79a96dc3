import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import { type Command, Option } from 'commander'
import type { Chimney } from '../../client.ts'
import { ChimneyError } from '../../error.ts'
import { appendPage, readBackupState, startBackup } from '../backup-file.ts'
import { type CommonFlags, type Shell, subcommand, toJson, UsageError } from '../shell.ts'
import { csvOf } from '../text/csv.ts'
import { flattenParams } from '../text/values.ts'

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

interface Flags extends CommonFlags {
  readonly format?: 'csv' | 'json'
  readonly to?: string
  readonly raw?: true
}

export const addExport = (program: Command, shell: Shell): void => {
  const { io, client } = shell
  const command = subcommand(program, 'export', {
    summary: 'Print the trials of a sweep, or write a whole project to a file.',
    details: `CSV follows RFC 4180, with one column per parameter (params.lr, params.optimizer.name). Text that a spreadsheet would run as a formula gets an apostrophe in front, unless --raw is set; JSON is exact.

With --to, writes the sweeps, trials, runs and metrics of a project for chimney import, without files uploaded by runs. Run the same command again to continue an interrupted export. Needs an admin key.`,
    examples: [
      'chimney export digits/abc123de > trials.csv',
      'chimney export digits/abc123de --format json',
      'chimney export digits --to digits.backup',
    ],
  })
    .argument('[path]', 'sweep, or project with --to')
    .addOption(new Option('--format <format>', 'default: csv').choices(['csv', 'json']))
    .option('--to <file>', 'write the whole project to this file')
    .option('--raw', 'do not escape formulas in CSV')
    .action(async (path: string | undefined, flags: Flags) => {
      if (flags.to !== undefined) return exportProject(shell, path, flags.to, flags)
      if (path === undefined) throw new UsageError('name a sweep, or a project with --to FILE')
      const format = flags.format ?? (flags.json ? 'json' : 'csv')
      const trials: TrialBody[] = []
      for await (const trial of client(flags).trials(path)) trials.push(trial)
      io.out(format === 'json' ? toJson(trials) : csvOf(tableOf(trials), flags.raw))
    })
  addOptunaExport(command, shell)
}

const addOptunaExport = (program: Command, { io, client }: Shell): void => {
  subcommand(program, 'optuna', {
    summary: 'Write the trials of a sweep into a study of Optuna.',
    details:
      'STORAGE is the URL of a storage, a path that ends with .db, or another path for a journal file; it is created if it does not exist. The study must be new in it. The installed Optuna writes values, intermediate values, times and states (stopped trials are pruned ones; failed, killed and crashed ones failed). Queued and running trials are left out.',
    examples: [
      'chimney export optuna digits/abc123de study.db',
      'chimney export optuna digits/abc123de journal.log --study digits --python .venv/bin/python',
    ],
  })
    .argument('<path>', 'sweep')
    .argument('<storage>')
    .option('--study <name>', 'name of the study (default: that of the sweep)')
    .option('--python <program>', 'Python that has Optuna (default: python)')
    .action(async (path: string, storage: string, _: unknown, command: Command) => {
      const flags = command.optsWithGlobals<CommonFlags & { study?: string; python?: string }>()
      const { writeOptuna } = await import('../write-optuna.ts')
      const { study, trials, open } = await writeOptuna(client(flags), path, {
        storage,
        study: flags.study,
        python: flags.python,
        env: io.env,
        onProgress: (read, of) => {
          if (io.isTty) io.err(`\r${read} of ${of} trials`)
        },
      })
      if (io.isTty) io.err('\r')
      const left = open > 0 ? `, without ${open} that have not ended` : ''
      io.out(
        flags.json
          ? toJson({ study, storage, trials, open })
          : `Exported ${path} to the study ${study} of ${storage}: ${trials} trials${left}.\n`,
      )
    })
}

async function exportProject(
  { io, client: connect }: Shell,
  path: string | undefined,
  file: string,
  flags: Flags,
): Promise<void> {
  const client = connect(flags)
  const { entity, project } = await client.projectAt(path)
  const of = `${entity}/${project}`
  requireFolder(file)
  const state = await readBackupState(file)
  if (state?.isComplete)
    throw new UsageError(`${file} is already a complete backup of ${state.of}; choose another file`)
  if (state && state.of !== of)
    throw new UsageError(`${file} is an incomplete backup of ${state.of}; choose another file for ${of}`)
  let { items, cursor } = state ?? { items: 0, cursor: undefined }
  let isStarted = false
  do {
    const page = await client.readBackup(of, cursor)
    if (!isStarted) {
      if (items + page.items.length === 0) await requireProject(client, entity, project)
      startBackup(file, of, page.version, state)
    }
    isStarted = true
    appendPage(file, page, items)
    items += page.items.length
    cursor = page.next_cursor
    if (io.isTty) io.err(`\r${items} items`)
  } while (cursor !== undefined)
  if (io.isTty) io.err('\r')
  io.out(
    flags.json
      ? `${JSON.stringify({ project: of, file, items })}\n`
      : `Exported ${of} to ${file}: ${items} items.\n`,
  )
}

const requireFolder = (file: string): void => {
  const folder = dirname(file)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`cannot write ${file}: ${folder} is not a folder; create it first`)
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`cannot write ${file}: it is a folder; name a file in it`)
}

/** The server returns an empty backup for a missing project. */
const requireProject = async (client: Chimney, entity: string, project: string): Promise<void> => {
  for (let cursor: string | undefined; ; ) {
    const page = await client.listProjects(entity, cursor === undefined ? {} : { cursor })
    if (page.items.some(({ name }) => name === project)) return
    cursor = page.next_cursor
    if (cursor === undefined) break
  }
  throw new ChimneyError('project-not-found', `project ${entity}/${project} does not exist; check the name`)
}

/** A header, then one row per trial. */
const tableOf = (trials: readonly TrialBody[]): unknown[][] => {
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

import { type Command, Option } from 'commander'
import type { ImportedSweep } from '../imports/records.ts'
import { sendSweep } from '../imports/send-sweep.ts'
import { linesByPython, type SweepLine, sweepsOf, type TrialLine } from '../python-reader.ts'
import { type CommonFlags, type Shell, subcommand, toJson, UsageError } from '../shell.ts'

interface Flags extends CommonFlags {
  readonly method: string
  readonly continue?: true
  readonly python?: string
}

const METHODS = ['bayes', 'random', 'tpe', 'gp', 'cmaes', 'sobol']
const AGAIN =
  'Run the same command again to continue an interrupted import; a complete one is not repeated. The sweep ends with its imported trials unless --continue is given: then agents may go on with it.'

const withImportOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--method <method>', 'search method of the sweep').choices(METHODS).default('bayes'),
    )
    .option('--continue', 'leave the sweep open for agents')

export const addOptunaImport = (program: Command, shell: Shell): void => {
  withImportOptions(
    subcommand(program, 'optuna', {
      summary: 'Import studies of Optuna as sweeps.',
      details: `STORAGE is the URL of a storage, an SQLite file or a journal file; it is read by the installed Optuna and not changed. Without --study all studies are imported. Distributions become the space, trials keep their values, intermediate values, times and user attributes; pruned trials are stopped ones. Waiting and running trials are left out. ${AGAIN}`,
      examples: [
        'chimney import optuna study.db --project digits',
        'chimney import optuna postgresql://db/optuna --study digits --continue',
        'chimney import optuna journal.log --python .venv/bin/python',
      ],
    }),
  )
    .argument('<storage>')
    .option('--study <name>', 'only this study')
    .option('--python <program>', 'Python that has Optuna (default: python)')
    .action(async (storage: string, _: unknown, command: Command) => {
      // Options that `chimney import` has too are its own.
      const flags = command.optsWithGlobals<Flags & { study?: string }>()
      const args = [storage, ...(flags.study === undefined ? [] : [flags.study])]
      const { env } = shell.io
      const lines = linesByPython<SweepLine | TrialLine>('optuna_study.py', args, {
        python: flags.python,
        env,
      })
      await importSweeps(shell, sweepsOf(lines), flags)
    })
}

export const addCsvImport = (program: Command, shell: Shell): void => {
  withImportOptions(
    subcommand(program, 'csv', {
      summary: 'Import a table of trials as a sweep.',
      details: `The file has a header and a row for each trial (RFC 4180). If columns begin with params_ or params., as those of Optuna's trials_dataframe() and of chimney export do, they are the parameters; otherwise all but the metric, state and --ignore. The space is the smallest one that has all rows. A row without a value of the metric is a failed trial. ${AGAIN}`,
      examples: [
        'chimney import csv trials.csv --metric val_loss',
        'chimney import csv results.csv --metric accuracy --goal maximize --ignore date,host',
      ],
    }),
  )
    .argument('<file>')
    .requiredOption('--metric <column>', 'column of the metric')
    .addOption(new Option('--goal <goal>').choices(['minimize', 'maximize']).default('minimize'))
    .option('--ignore <columns>', 'columns that are no parameters, separated by commas; kept in the config')
    .action(async (file: string, _: unknown, command: Command) => {
      const flags = command.optsWithGlobals<
        Flags & { metric: string; goal: 'minimize' | 'maximize'; ignore?: string }
      >()
      const { metric, goal, ignore = '' } = flags
      const options = { metric, goal, ignored: ignore.split(',').filter((name) => name !== '') }
      const { csvTrials } = await import('../imports/csv-trials.ts')
      const one = async function* () {
        yield await csvTrials(file, options)
      }
      await importSweeps(shell, one(), flags)
    })
}

async function importSweeps(
  { io, client: connect }: Shell,
  sweeps: AsyncIterable<ImportedSweep>,
  flags: Flags,
): Promise<void> {
  const client = connect(flags)
  const results: object[] = []
  let found = 0
  for await (const imported of sweeps) {
    found++
    const { config, trials, skipped, warnings } = imported
    const name = String(config.name ?? '')
    if (trials.length === 0) {
      io.err(`warning: ${name} has no trials to import\n`)
      continue
    }
    for (const warning of warnings) io.err(`warning: ${name}: ${warning}\n`)
    const { sweep, isNew } = await sendSweep(client, imported, {
      project: flags.project ?? io.env.CHIMNEY_PROJECT ?? 'uncategorized',
      method: flags.method,
      isContinued: flags.continue === true,
      onProgress: (sent) => {
        if (io.isTty) io.err(`\r${name}: ${sent} of ${trials.length} trials`)
      },
    })
    if (io.isTty) io.err('\r')
    const { path, url, best } = sweep
    results.push({ path, url, trials: trials.length, skipped, isNew })
    if (flags.json) continue
    const left = Object.entries(skipped).map(([reason, count]) => `${count} ${reason}`)
    io.out(
      isNew
        ? `Imported ${name} as ${path}: ${trials.length} trials${left.length > 0 ? `, without ${left.join(', ')}` : ''}.\n  page  ${url}\n`
        : `${name} was imported before as ${path}; nothing was changed.\n  page  ${url}\n`,
    )
    if (best) io.out(`  best  ${best.value} by trial #${best.number}\n`)
  }
  if (found === 0) throw new UsageError('found nothing to import')
  if (flags.json) io.out(toJson(results))
}

import type { Command } from 'commander'
import type { Chimney } from '../../client.ts'
import { encode } from '../../encode.ts'
import type { ImportedSweep, ImportedTrial } from '../imports/records.ts'
import { type ImportedRun, sendRun } from '../imports/send-run.ts'
import { sendSweep } from '../imports/send-sweep.ts'
import { linesByPython, type SweepLine, type TrialLine } from '../python-reader.ts'
import { type CommonFlags, type Shell, subcommand, toJson, UsageError } from '../shell.ts'

interface Flags extends CommonFlags {
  readonly from: string
  readonly python?: string
  /** `--no-files`: false. */
  readonly files: boolean
}
type Line =
  | SweepLine
  | TrialLine
  | { readonly run: ImportedRun; readonly from: string }
  | { readonly runs: number }
  | { readonly skipped: Readonly<Record<string, number>> }
/** A run at the source, and here. */
interface Pair {
  readonly from: string
  readonly to: string
}

export const addWandbImport = (program: Command, shell: Shell): void => {
  subcommand(program, 'wandb', {
    summary: 'Import sweeps and runs of a W&B server.',
    details:
      'PATH is a project (entity/project) or one sweep (entity/project/sweep). The installed wandb reads them with the key in SOURCE_API_KEY: configs, histories, summaries, tags, notes, times and files. Sweeps get their trials; runs of no sweep keep their ids. A run whose parameters are not in the space of its sweep becomes a run of that group. Running runs and artifacts are left out; the command says how many runs. Run it again to continue an interrupted import: what is complete is not repeated.',
    examples: [
      'SOURCE_API_KEY=… chimney import wandb my-team/digits --project digits',
      'SOURCE_API_KEY=… chimney import wandb local/digits --from http://other:8787 --no-files',
    ],
  })
    .argument('<path>')
    .option('--from <url>', 'server that has them', 'https://api.wandb.ai')
    .option('--no-files', 'leave out files of runs')
    .option('--python <program>', 'Python that has wandb (default: python)')
    .action(async (path: string, _: unknown, command: Command) => {
      const flags = command.optsWithGlobals<Flags>()
      if (!/^[^/]+\/[^/]+(\/[^/]+)?$/.test(path))
        throw new UsageError(`${path} is no project (entity/project) and no sweep (entity/project/sweep)`)
      if (!shell.io.env.SOURCE_API_KEY) throw new UsageError(`set SOURCE_API_KEY to a key of ${flags.from}`)
      await importWandb(shell, path, flags)
    })
}

async function importWandb({ io, client: connect }: Shell, path: string, flags: Flags): Promise<void> {
  const client = connect(flags)
  const project = flags.project ?? io.env.CHIMNEY_PROJECT ?? path.split('/')[1]!
  const options = { python: flags.python, env: io.env }
  const pairs: Pair[] = []
  const skipped: Record<string, number> = {}
  const skip = (counts: Readonly<Record<string, number>>) => {
    for (const [state, count] of Object.entries(counts)) skipped[state] = (skipped[state] ?? 0) + count
  }
  let open: { readonly head: SweepLine; readonly trials: TrialLine[] } | undefined
  let sweeps = 0
  let runs = 0
  const closeSweep = async () => {
    if (!open) return
    const { head, trials } = open
    open = undefined
    skip(head.skipped ?? {})
    sweeps++
    pairs.push(...(await importSweep(client, project, head, trials, (text) => io.err(text))))
  }
  for await (const line of linesByPython<Line>('wandb_project.py', [flags.from, path], options)) {
    if ('trial' in line) open?.trials.push(line)
    else await closeSweep()
    if ('sweep' in line) open = { head: line, trials: [] }
    else if ('run' in line) {
      pairs.push({ from: line.from, to: await sendRun(client, project, line.run) })
      runs++
    } else if ('skipped' in line) skip(line.skipped)
    if (io.isTty) io.err(`\r${sweeps} sweeps, ${pairs.length} runs`)
  }
  await closeSweep()
  if (io.isTty) io.err('\r')
  const files = flags.files ? await copyFiles(client, pairs, flags, io.env) : 0
  const { entity, project: name } = await client.projectAt(project)
  const target = `${entity}/${name}`
  if (flags.json) return io.out(toJson({ project: target, sweeps, runs: pairs.length, files, skipped }))
  const left = Object.entries(skipped).map(([state, count]) => `${count} ${state}`)
  io.out(
    `Imported ${path} into ${target}: ${sweeps} sweeps with ${pairs.length - runs} runs, ${runs} other runs, ${files} files${left.length > 0 ? `; without ${left.join(', ')}` : ''}.\n`,
  )
}

async function importSweep(
  client: Chimney,
  project: string,
  { sweep: config, skipped = {}, warnings = [] }: SweepLine,
  lines: readonly TrialLine[],
  warn: (text: string) => void,
): Promise<readonly Pair[]> {
  const name = String(config.name)
  for (const warning of warnings) warn(`warning: ${name}: ${warning}\n`)
  const fromOf = new Map(lines.map(({ trial, from = '' }) => [trial, from]))
  const refused = new Map<ImportedTrial, string>()
  const imported: ImportedSweep = { config, trials: lines.map(({ trial }) => trial), skipped, warnings }
  if (lines.length === 0) {
    warn(`warning: ${name} has no run that has ended\n`)
    return []
  }
  const { sweep } = await sendSweep(client, imported, {
    project,
    method: 'random',
    isContinued: false,
    onProgress: () => {},
    onRefused: (trial, why) => refused.set(trial, why),
  })
  const added = imported.trials.filter((trial) => !refused.has(trial))
  const place = sweep.path.slice(0, sweep.path.lastIndexOf('/'))
  const pairs: Pair[] = []
  for await (const { number, run } of client.trials(sweep.path)) {
    const trial = added[number - 1]
    if (trial) pairs.push({ from: fromOf.get(trial)!, to: `${place}/${run}` })
  }
  for (const [trial, why] of refused) {
    const from = fromOf.get(trial)!
    const id = from.slice(from.lastIndexOf('/') + 1)
    warn(`warning: ${name}: ${id} becomes a run of the group ${name}, because ${why}\n`)
    const { params, source: _, ...rest } = trial
    const run = { ...rest, id, group: name, config: { ...params, ...rest.config } }
    pairs.push({ from, to: await sendRun(client, project, run) })
  }
  return pairs
}

async function copyFiles(
  { url, key }: Chimney,
  pairs: readonly Pair[],
  { from, python }: Flags,
  env: Shell['io']['env'],
): Promise<number> {
  const target = { ...env, WANDB_BASE_URL: url, WANDB_API_KEY: key, WANDB_SILENT: 'true' }
  const options = { python, env: target, input: pairs.map((pair) => encode(pair)) }
  let files = 0
  for await (const { copied } of linesByPython<{ readonly copied: number }>(
    'wandb_files.py',
    [from],
    options,
  ))
    files += copied
  return files
}

import type { TrialBody } from '@chimney/core/schema/api/trials'
import type { Chimney } from '../client.ts'
import { encode } from '../encode.ts'
import { linesByPython } from './python-reader.ts'
import { UsageError } from './shell.ts'
import { flattenParams } from './text/values.ts'

/** Requests at the same time. */
const PARALLEL = 8

export interface WriteOptions {
  readonly storage: string
  /** Name of the study; that of the sweep when absent. */
  readonly study?: string | undefined
  readonly python?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly onProgress: (read: number, of: number) => void
}

export interface Written {
  readonly study: string
  readonly trials: number
  /** Queued and running trials, which are left out. */
  readonly open: number
}

/** Writes the ended trials of a sweep into a new study of an Optuna storage, by the installed Optuna. Throws `UsageError` with its reason. */
export async function writeOptuna(client: Chimney, path: string, options: WriteOptions): Promise<Written> {
  const sweep = await client.getSweep(path)
  const metrics = metricsOf(sweep.config)
  if (metrics.length === 0) throw new UsageError(`${sweep.path} has no metric, and a study needs one`)
  const project = sweep.path.slice(0, sweep.path.lastIndexOf('/'))
  const all: TrialBody[] = []
  for await (const trial of client.trials(sweep.path)) all.push(trial)
  const ended = all.filter(({ state }) => state !== 'queued' && state !== 'running')
  const lines: string[] = []
  let read = 0
  const work = ended.entries()
  const worker = async () => {
    for (const [at, trial] of work) {
      lines[at] = encode(await lineOf(client, project, trial, metrics))
      options.onProgress(++read, ended.length)
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, worker))
  const study = options.study ?? sweep.name ?? sweep.id
  const parameters = flatParameters(sweep.config.parameters as Configs)
  await runWriter([encode({ study, metrics, parameters }), ...lines], options)
  return { study, trials: ended.length, open: all.length - ended.length }
}

type Configs = Readonly<Record<string, { readonly parameters?: Configs }>>
type Metrics = readonly { readonly name: string; readonly goal: string }[]

function metricsOf(config: Readonly<Record<string, unknown>>): Metrics {
  const { metric, metrics } = config as { metric?: Metrics[number]; metrics?: Metrics }
  return (metrics ?? (metric ? [metric] : [])).map(({ name, goal }) => ({ name, goal: goal ?? 'minimize' }))
}

const flatParameters = (configs: Configs, prefix = ''): Record<string, unknown> =>
  Object.assign(
    {},
    ...Object.entries(configs).map(([name, config]) =>
      config.parameters
        ? flatParameters(config.parameters, `${prefix}${name}.`)
        : { [prefix + name]: config },
    ),
  )

/** As `readers/optuna_write.py` reads it. */
async function lineOf(client: Chimney, project: string, trial: TrialBody, metrics: Metrics) {
  const [first] = metrics
  const run = await client.getRun(`${project}/${trial.run}`)
  // Several objectives have no intermediate values in Optuna.
  const rows =
    metrics.length === 1 ? await client.history(`${project}/${trial.run}`, { keys: [first!.name] }) : []
  const points = rows.flatMap((row) => {
    const value = row[first!.name]
    return typeof value === 'number' && Number.isFinite(value) ? [[row._step, value]] : []
  })
  const { optuna } = run.config as { optuna?: { user_attrs?: object } }
  const { value, values = value === undefined ? undefined : [value] } = trial
  return {
    state: trial.state,
    params: flattenParams(trial.params),
    values,
    points,
    user_attrs: { ...optuna?.user_attrs, ...(optuna === undefined && { run: run.path, state: trial.state }) },
    started_at: trial.started_at ?? trial.created_at,
    ended_at: trial.ended_at ?? trial.updated_at,
  }
}

async function runWriter(input: readonly string[], { storage, python, env }: WriteOptions): Promise<void> {
  for await (const _ of linesByPython('optuna_write.py', [storage], { python, env, input }));
}

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encode } from '../encode.ts'
import { pythonFloat } from './python.ts'

interface ChildRun {
  /** `entity/project/run` */
  readonly path: string
  readonly params: Readonly<Record<string, unknown>>
  readonly attempt: number | undefined
  readonly replicate?: { readonly index: number; readonly of: number } | undefined
}

interface AgentContext {
  readonly client: { readonly url: string; readonly key: string | undefined }
  readonly io: { readonly env: Readonly<Record<string, string | undefined>> }
  /** For the parameter file. */
  readonly folder: string
  /** `entity/project/sweep` */
  readonly sweep: string
}

/** Environment of the program of a trial: that of the agent, and variables of the trial. */
export const childEnv = async (
  run: ChildRun,
  context: AgentContext,
): Promise<Record<string, string | undefined>> => ({
  PYTHONUNBUFFERED: '1', // Python would delay metric lines
  ...context.io.env,
  CHIMNEY_URL: context.client.url,
  ...(context.client.key === undefined ? {} : { CHIMNEY_API_KEY: context.client.key }),
  CHIMNEY_RUN: run.path,
  CHIMNEY_SWEEP: context.sweep,
  CHIMNEY_PARAMS: encode(run.params),
  ...(run.replicate === undefined
    ? {}
    : { CHIMNEY_REPLICATE: String(run.replicate.index), CHIMNEY_REPLICATES: String(run.replicate.of) }),
  ...(run.attempt === undefined ? {} : { CHIMNEY_ATTEMPT: String(run.attempt) }),
  ...(pointsWandbHere(context) ? await wandbEnv(run, context) : {}),
})

/**
 * Whether to point the `wandb` of the program at this server. A program with W&B configured for another server keeps
 * logging there, without the sweep, which that server does not know.
 */
const pointsWandbHere = ({ client, io: { env } }: AgentContext): boolean => {
  const base = env.WANDB_BASE_URL?.replace(/\/+$/, '')
  return base ? base === client.url : !env.WANDB_API_KEY && !env.WANDB_MODE
}

const wandbEnv = async (run: ChildRun, context: AgentContext) => {
  const [entity = '', project = '', id = ''] = run.path.split('/')
  const sweep = context.sweep.split('/').at(-1) ?? ''
  const file = join(context.folder, `config-${id}.yaml`)
  await writeFile(file, wandbParams(run.params), { mode: 0o600 })
  return {
    WANDB_BASE_URL: context.client.url,
    // Compressed, a long burst of logging stays below what AWS accepts in one request.
    WANDB__FILE_STREAM_NO_GZIP: context.io.env.WANDB__FILE_STREAM_NO_GZIP ?? 'false',
    ...(context.client.key === undefined ? {} : { WANDB_API_KEY: context.client.key }),
    WANDB_ENTITY: entity,
    WANDB_PROJECT: project,
    WANDB_RUN_ID: id,
    WANDB_SWEEP_ID: sweep,
    WANDB_SWEEP_PARAM_PATH: file,
  }
}

/** The parameter file that `wandb.init()` reads. Values are JSON, which is YAML. */
export const wandbParams = (params: Readonly<Record<string, unknown>>): string =>
  [
    'wandb_version: 1',
    ...Object.entries(params).map(([name, value]) => `${JSON.stringify(name)}:\n  value: ${yamlOf(value)}`),
    '',
  ].join('\n')

/** JSON with a decimal point in each float: YAML 1.1 reads `1e-05` as text. Libraries write `1e-5`. */
const yamlOf = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(yamlOf).join(', ')}]`
  if (typeof value === 'number' && !Number.isInteger(value)) return yamlFloat(value)
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return encode(value)
  const members = Object.entries(value).map(([name, of]) => `${JSON.stringify(name)}: ${yamlOf(of)}`)
  return `{${members.join(', ')}}`
}

const yamlFloat = (value: number): string => {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf'
  return pythonFloat(value).replace(/^(-?\d+)e/, '$1.0e')
}

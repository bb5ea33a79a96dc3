import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encode } from '../encode.ts'
import { pythonFloat } from './python-text.ts'

interface ChildRun {
  /** `entity/project/run` */
  readonly path: string
  readonly params: Readonly<Record<string, unknown>>
  readonly attempt: number | undefined
}

interface Surroundings {
  readonly client: { readonly url: string; readonly key: string | undefined }
  readonly io: { readonly env: Readonly<Record<string, string | undefined>> }
  /** Where the parameter file goes. */
  readonly folder: string
  /** The sweep's: `entity/project/sweep`. */
  readonly path: string
}

/** The environment of a trial's program: the agent's own, with the trial's variables. */
export const childEnv = async (
  run: ChildRun,
  around: Surroundings,
): Promise<Record<string, string | undefined>> => ({
  PYTHONUNBUFFERED: '1', // so that Python's metric lines arrive when they are printed
  ...around.io.env,
  CHIMNEY_URL: around.client.url,
  ...(around.client.key === undefined ? {} : { CHIMNEY_API_KEY: around.client.key }),
  CHIMNEY_RUN: run.path,
  CHIMNEY_SWEEP: around.path,
  CHIMNEY_PARAMS: encode(run.params),
  ...(run.attempt === undefined ? {} : { CHIMNEY_ATTEMPT: String(run.attempt) }),
  ...(isWandbOurs(around) ? await wandbEnv(run, around) : {}),
})

/**
 * Whether a program's `wandb` may be pointed at us. A program that has W&B set up for another server goes on logging
 * there, and must not be told of a sweep which that server does not know.
 */
const isWandbOurs = ({ client, io: { env } }: Surroundings): boolean => {
  const base = env.WANDB_BASE_URL?.replace(/\/+$/, '')
  return base ? base === client.url : !env.WANDB_API_KEY && !env.WANDB_MODE
}

const wandbEnv = async (run: ChildRun, around: Surroundings) => {
  const [entity = '', project = '', id = ''] = run.path.split('/')
  const sweep = around.path.split('/').at(-1) ?? ''
  const file = join(around.folder, `config-${id}.yaml`)
  await writeFile(file, wandbParams(run.params), { mode: 0o600 })
  return {
    WANDB_BASE_URL: around.client.url,
    ...(around.client.key === undefined ? {} : { WANDB_API_KEY: around.client.key }),
    WANDB_ENTITY: entity,
    WANDB_PROJECT: project,
    WANDB_RUN_ID: id,
    WANDB_SWEEP_ID: sweep,
    WANDB_SWEEP_PARAM_PATH: file,
  }
}

/** The file that `wandb.init()` reads the parameters from: a block a parameter, the value as JSON, which is YAML. */
export const wandbParams = (params: Readonly<Record<string, unknown>>): string =>
  [
    'wandb_version: 1',
    ...Object.entries(params).map(([name, value]) => `${JSON.stringify(name)}:\n  value: ${yamlOf(value)}`),
    '',
  ].join('\n')

/** JSON in which small and large floats have a point, because YAML 1.1 reads `1e-05` as text. */
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

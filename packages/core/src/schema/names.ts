import * as z from 'zod'

/** First path segments that belong to our own routes and pages, so no entity may be called so. Compared in lower case. */
export const RESERVED_ENTITIES: readonly string[] = [
  'api',
  'artifacts',
  'artifactsv2',
  'assets',
  'authorize',
  'docs',
  'favicon.ico',
  'files',
  'graphql',
  'healthz',
  'login',
  'oidc',
  'openapi.json',
  'robots.txt',
  'sdk',
  'settings',
  'share',
  'storage',
  'sweep.schema.json',
  'v1',
]

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_. -]{0,126}[A-Za-z0-9_.-]$|^[A-Za-z0-9_]$/
const named = (what: string) =>
  z
    .string()
    .regex(
      NAME,
      `${what} must be 1 to 128 letters, digits, '_', '-', '.' or blanks, and begin with a letter, a digit or '_'`,
    )

/** Owner of projects, as in W&B. 1 to 128 characters, not one of {@link RESERVED_ENTITIES}. */
export const Entity = named('entity').refine((name) => !RESERVED_ENTITIES.includes(name.toLowerCase()), {
  error: 'entity must not be a reserved word of the service; choose another name',
})

/** Folder of sweeps and runs. 1 to 128 characters. */
export const Project = named('project')

/** Sweeps we make: 8 lower-case letters or digits, unique in the deployment. */
export const SweepId = z
  .string()
  .regex(/^[a-z0-9]{1,64}$/, 'sweep must be 1 to 64 lower-case letters or digits')

/** Runs: 8 lower-case letters or digits when we make them; users may choose any text without `: ; , # ? / '` (W&B's rule). */
export const RunId = z
  .string()
  .min(1)
  .max(128)
  .refine((id) => !/[:;,#?/'\p{Cc}\p{Cs}]/u.test(id) && id.trim() === id && id !== '.' && id !== '..', {
    error:
      "run must not contain any of : ; , # ? / ' or control characters, begin or end with a blank, nor be . or ..",
  })

/** Name of an agent function, as in `dispatch.agent`; names a queue. */
export const AgentName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,39}$/,
    "agent must be 1 to 40 lower-case letters, digits or '-', and begin with a letter",
  )

export interface ProjectKey {
  readonly entity: string
  readonly project: string
}
export interface SweepKey extends ProjectKey {
  readonly sweep: string
}
export interface RunKey extends ProjectKey {
  readonly run: string
}
/** `number` counts from 1 within its sweep. */
export interface TrialKey extends SweepKey {
  readonly number: number
}

export const sweepPath = (key: SweepKey): string => `${key.entity}/${key.project}/${key.sweep}`
export const runPath = (key: RunKey): string => `${key.entity}/${key.project}/${key.run}`

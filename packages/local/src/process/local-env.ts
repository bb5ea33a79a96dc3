import { Entity } from '@chimney/core/schema/names'
import * as z from 'zod'
import { CloudError } from '../cloud-error.ts'

const empty = (value: unknown) => (value === '' ? undefined : value) // an empty variable counts as unset
const whole = (min: number, max: number, otherwise: number) =>
  z.preprocess(empty, z.coerce.number().int().min(min).max(max).default(otherwise))
const text = (otherwise: string) => z.preprocess(empty, z.string().default(otherwise))
const endpoint = z.preprocess(empty, z.url().optional())

const LocalEnv = z.object({
  HOST: text('127.0.0.1'),
  PORT: whole(0, 65_535, 8787),
  CHIMNEY_DATA: text('.chimney'),
  CHIMNEY_API_KEY: z.preprocess(
    empty,
    z
      .string()
      .regex(
        /^[\x21-\x7e]{8,256}$/,
        'must be 8 to 256 visible ASCII characters; wandb requires 40 lower-case hex characters',
      )
      .optional(),
  ),
  CHIMNEY_ENTITY: z.preprocess(empty, Entity.default('local')),
  CHIMNEY_LEASE_SECONDS: whole(1, 86_400, 300),
  /** The most threads that compute suggestions; 0: the thread of the service does. The default depends on the machine. */
  CHIMNEY_SEARCH_THREADS: z.preprocess(empty, z.coerce.number().int().min(0).max(64).optional()),
  /** `off` skips building the dashboard. */
  CHIMNEY_DASHBOARD: z.preprocess(empty, z.enum(['on', 'off']).default('on')),
  /** Format of log lines: readable, or JSON as in the cloud. */
  CHIMNEY_LOG: z.preprocess(empty, z.enum(['text', 'json']).default('text')),
  /** `open`: starts with damaged tables, which are otherwise refused. */
  CHIMNEY_DAMAGED_TABLES: z.preprocess(empty, z.enum(['refuse', 'open']).default('refuse')),
  /** The address of the service behind a proxy, for links and uploads; by default the one that each client uses. */
  CHIMNEY_PUBLIC_URL: z.preprocess(
    empty,
    z
      .url({ protocol: /^https?$/ })
      .transform((url) => url.replace(/\/+$/, ''))
      .optional(),
  ),
  /** `0`: the headers X-Forwarded-Proto, -Host and -Prefix are ignored. */
  CHIMNEY_TRUST_PROXY: z.preprocess(empty, z.enum(['0', '1']).default('1')),
  /** `1`: webhooks may have addresses of this machine and of private networks, and `http:`. */
  CHIMNEY_WEBHOOKS_ALLOW_PRIVATE: z.preprocess(empty, z.enum(['0', '1']).default('0')),
  /** `1`: the limits of API Gateway and Lambda, and no event streams, as deployed. */
  CHIMNEY_STRICT: z.preprocess(empty, z.enum(['0', '1']).default('0')),
  DYNAMODB_ENDPOINT: endpoint,
  SQS_ENDPOINT: endpoint,
  S3_ENDPOINT: endpoint,
})
export type LocalEnv = z.output<typeof LocalEnv>

export const VARIABLE_NAMES: readonly string[] = Object.keys(LocalEnv.shape)

/** The environment of `npm start`. Throws {@link CloudError} that names every invalid variable. */
export const readLocalEnv = (variables: Readonly<Record<string, string | undefined>>): LocalEnv => {
  const read = LocalEnv.safeParse(variables)
  if (read.success) return read.data
  const wrong = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new CloudError(`Invalid environment: ${wrong.join('; ')}.`)
}

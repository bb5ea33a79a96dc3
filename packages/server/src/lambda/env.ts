import { createHash } from 'node:crypto'
import { AgentName, Entity } from '@chimney/core/schema/names'
import * as z from 'zod'

/** The configuration of a deployed function. */
export interface Env {
  /** Name of the DynamoDB table. */
  readonly table: string
  /** Name of the S3 bucket for files. */
  readonly filesBucket: string
  /** The region of the function and its bucket. */
  readonly region?: string
  /** Queue URL of each agent function. */
  readonly queues: Readonly<Record<string, string>>
  /** URL of each agent function's dead-letter queue. */
  readonly deadLetters: Readonly<Record<string, string>>
  /** URL of the queue between the two functions of the repair; the API has none. */
  readonly repairQueue?: string
  /** URL of the queue of deliveries to webhooks. */
  readonly webhookQueue?: string
  /** The stage of the deployment, for metrics. */
  readonly stage: string
  /** Base of pages and links, without a trailing slash. */
  readonly publicUrl: string
  readonly leaseSeconds: number
  /** Default limit of an API key. */
  readonly requestsPerMinute: number
  /** Folder of the built dashboard, relative to the working directory. */
  readonly pagesFolder: string
  /** The key that makes the first stored key. Only its SHA-256 is kept, in hex. */
  readonly firstKey?: { readonly hash: string; readonly entity: string }
  /** Signs the tokens in messages to agent functions. */
  readonly trialSecret?: string
  /** Sends traces to AWS X-Ray. */
  readonly tracing: boolean
  /** Endpoints of emulators; absent in AWS. */
  readonly endpoints: { readonly dynamodb?: string; readonly sqs?: string; readonly s3?: string }
}

/** The links of a function, named as in `stacks/`. */
const Links = z.object({
  /** The table. */
  Table: z.object({ name: z.string().min(1) }).optional(),
  /** The bucket. */
  Files: z.object({ name: z.string().min(1) }).optional(),
  /** The queues of all agent functions: name → URL. */
  Agents: z
    .object({ urls: z.record(AgentName, z.url()), deadLetters: z.record(AgentName, z.url()).default({}) })
    .optional(),
  /** The queue of the repair. */
  Repairs: z.object({ url: z.url() }).optional(),
  /** The queue of deliveries to webhooks. */
  Webhooks: z.object({ url: z.url() }).optional(),
  /** Set by the platform. */
  App: z.object({ stage: z.string() }).optional(),
  /** The first key; empty when there is none. */
  FirstKey: z.object({ value: z.string() }).optional(),
  /** The secret of trials' tokens, derived from the first key; empty when there is none. */
  TrialTokens: z.object({ secret: z.string() }).optional(),
})

const empty = (value: unknown) => (value === '' ? undefined : value) // a variable set to nothing is not set
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(empty, schema.optional())
const Url = z.url().transform((url) => url.replace(/\/+$/, ''))

const Queues = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      context.addIssue('must be JSON: {"agent": "queue URL"}')
      return z.NEVER
    }
  })
  .pipe(z.record(AgentName, z.url()))

const Variables = z.object({
  CHIMNEY_TABLE: optional(z.string()),
  CHIMNEY_FILES_BUCKET: optional(z.string()),
  AWS_REGION: optional(z.string()),
  CHIMNEY_QUEUES: optional(Queues),
  CHIMNEY_REPAIR_QUEUE: optional(z.url()),
  CHIMNEY_WEBHOOK_QUEUE: optional(z.url()),
  CHIMNEY_PUBLIC_URL: Url,
  CHIMNEY_LEASE_SECONDS: z.preprocess(empty, z.coerce.number().int().min(1).max(86_400).default(300)),
  CHIMNEY_REQUESTS_PER_MINUTE: z.preprocess(empty, z.coerce.number().int().min(1).default(12_000)),
  CHIMNEY_PAGES: z.preprocess(empty, z.string().default('pages')),
  CHIMNEY_API_KEY: optional(z.string()),
  CHIMNEY_TRIAL_SECRET: optional(z.string()),
  CHIMNEY_ENTITY: optional(Entity),
  CHIMNEY_TRACING: z.preprocess(empty, z.enum(['xray', 'off']).default('off')),
  DYNAMODB_ENDPOINT: optional(Url),
  SQS_ENDPOINT: optional(Url),
  S3_ENDPOINT: optional(Url),
})

const KEY = /^[0-9a-f]{40}$/
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/**
 * Reads the environment once, at start, and throws one error that names everything that is invalid or missing, without values,
 * which may be secrets. A variable has precedence over a link:
 *
 * | variable | link | |
 * |---|---|---|
 * | `CHIMNEY_TABLE` | `Table.name` | |
 * | `CHIMNEY_FILES_BUCKET` | `Files.name` | |
 * | `CHIMNEY_QUEUES` | `Agents.urls` | JSON, name → queue URL; none when absent |
 * | `CHIMNEY_REPAIR_QUEUE` | `Repairs.url` | only for the functions of the repair |
 * | `CHIMNEY_WEBHOOK_QUEUE` | `Webhooks.url` | without it nothing is announced |
 * | `CHIMNEY_API_KEY` | `FirstKey.value` | optional; 40 lower-case hex characters |
 * | `CHIMNEY_TRIAL_SECRET` | `TrialTokens.secret` | optional; signs the tokens in messages |
 * | `CHIMNEY_ENTITY` | | the first key's entity, `local` unless set |
 * | `CHIMNEY_PUBLIC_URL` | | the API's own URL |
 * | `CHIMNEY_LEASE_SECONDS` | | 300 unless set |
 * | `CHIMNEY_REQUESTS_PER_MINUTE` | | default limit of an API key, 12,000 unless set |
 * | `CHIMNEY_PAGES` | | `pages`, beside the function's code, unless set |
 * | `CHIMNEY_TRACING` | | `xray` or `off`; `off` unless set |
 * | `DYNAMODB_ENDPOINT`, `SQS_ENDPOINT`, `S3_ENDPOINT` | | optional |
 *
 * `links` is SST's `Resource`: a deployed function finds them in an encrypted file beside its code, under `sst shell` in
 * `SST_RESOURCE_<Name>` variables.
 */
export const readEnv = (
  variables: Readonly<Record<string, string | undefined>>,
  links: Readonly<Record<string, unknown>>,
): Env => {
  const read = Variables.safeParse(variables)
  // SST's `Resource` throws for a name that is not linked.
  const names = Object.keys(Links.shape).filter((name) => name in links)
  const linked = Links.safeParse(Object.fromEntries(names.map((name) => [name, links[name]])))
  const wrong = [...(read.error?.issues ?? []), ...(linked.error?.issues ?? [])].map(
    (issue) => `${issue.path.join('.')}: ${issue.message}`,
  )

  const table = read.data?.CHIMNEY_TABLE ?? linked.data?.Table?.name
  const filesBucket = read.data?.CHIMNEY_FILES_BUCKET ?? linked.data?.Files?.name
  const key = read.data?.CHIMNEY_API_KEY ?? linked.data?.FirstKey?.value ?? ''
  const trialSecret = read.data?.CHIMNEY_TRIAL_SECRET ?? linked.data?.TrialTokens?.secret ?? ''
  if (read.success && linked.success) {
    if (table === undefined) wrong.push('CHIMNEY_TABLE: is missing, and no Table is linked')
    if (filesBucket === undefined) wrong.push('CHIMNEY_FILES_BUCKET: is missing, and no Files is linked')
    if (key !== '' && !KEY.test(key))
      wrong.push('CHIMNEY_API_KEY (or FirstKey): must be 40 lower-case hex characters')
  }
  if (
    !read.success ||
    !linked.success ||
    table === undefined ||
    filesBucket === undefined ||
    wrong.length > 0
  )
    throw new Error(`Invalid environment: ${wrong.join('; ')}.`)

  const { CHIMNEY_ENTITY = 'local', DYNAMODB_ENDPOINT, SQS_ENDPOINT, S3_ENDPOINT } = read.data
  const repairQueue = read.data.CHIMNEY_REPAIR_QUEUE ?? linked.data.Repairs?.url
  const webhookQueue = read.data.CHIMNEY_WEBHOOK_QUEUE ?? linked.data.Webhooks?.url
  return {
    table,
    filesBucket,
    ...(read.data.AWS_REGION !== undefined && { region: read.data.AWS_REGION }),
    queues: read.data.CHIMNEY_QUEUES ?? linked.data.Agents?.urls ?? {},
    deadLetters: linked.data.Agents?.deadLetters ?? {},
    ...(repairQueue !== undefined && { repairQueue }),
    ...(webhookQueue !== undefined && { webhookQueue }),
    stage: linked.data.App?.stage ?? 'local',
    publicUrl: read.data.CHIMNEY_PUBLIC_URL,
    leaseSeconds: read.data.CHIMNEY_LEASE_SECONDS,
    requestsPerMinute: read.data.CHIMNEY_REQUESTS_PER_MINUTE,
    pagesFolder: read.data.CHIMNEY_PAGES,
    tracing: read.data.CHIMNEY_TRACING === 'xray',
    ...(key !== '' && { firstKey: { hash: sha256(key), entity: CHIMNEY_ENTITY } }),
    ...(trialSecret !== '' && { trialSecret }),
    endpoints: {
      ...(DYNAMODB_ENDPOINT !== undefined && { dynamodb: DYNAMODB_ENDPOINT }),
      ...(SQS_ENDPOINT !== undefined && { sqs: SQS_ENDPOINT }),
      ...(S3_ENDPOINT !== undefined && { s3: S3_ENDPOINT }),
    },
  }
}

import { logRequest } from '@chimney/server/lambda/log-request'
import { startCloud } from './cloud.ts'
import { CloudError } from './cloud-error.ts'
import { buildDashboard, dashboard } from './http/dashboard.ts'
import { countRetries } from './http/request-log.ts'
import { readLocalEnv } from './process/local-env.ts'
import { localLogger } from './process/local-logger.ts'
import { ROOT } from './process/places.ts'
import { stopOnSignal } from './process/stop-signals.ts'
import { loadAgents } from './queues/load-agents.ts'
import { usualThreads } from './search/search-threads.ts'

/** `npm start` and `chimney up`: the local cloud until Ctrl-C. */
const main = async (): Promise<void> => {
  const env = readLocalEnv(process.env)
  const logger = localLogger(env.CHIMNEY_LOG)
  const requests = countRetries(logRequest(logger), (sentence) => logger.warn(sentence))
  const starting = startCloud({
    dataDir: env.CHIMNEY_DATA,
    port: env.PORT,
    host: env.HOST,
    agents: ROOT === undefined ? [] : await loadAgents(ROOT),
    damagedTables: env.CHIMNEY_DAMAGED_TABLES,
    key: env.CHIMNEY_API_KEY,
    entity: env.CHIMNEY_ENTITY,
    leaseSeconds: env.CHIMNEY_LEASE_SECONDS,
    searchThreads: env.CHIMNEY_SEARCH_THREADS ?? usualThreads(),
    publicUrl: env.CHIMNEY_PUBLIC_URL,
    trustProxy: env.CHIMNEY_TRUST_PROXY === '1',
    privateWebhooks: env.CHIMNEY_WEBHOOKS_ALLOW_PRIVATE === '1',
    strict: env.CHIMNEY_STRICT === '1',
    endpoints: { dynamodb: env.DYNAMODB_ENDPOINT, sqs: env.SQS_ENDPOINT, s3: env.S3_ENDPOINT },
    app: { ...dashboard(), log: requests.log },
    grace: { agentMs: 3_000, requestMs: 6_000 },
    log: (line) => logger.warn(line),
  })
  stopOnSignal(
    async () => {
      console.log('Stopping Chimney.')
      await (await starting).stop()
      requests.stop()
    },
    { exitCode: 0, deadlineMs: 10_000 },
  )
  const cloud = await starting
  console.log(welcome({ ...cloud, url: env.CHIMNEY_PUBLIC_URL ?? cloud.url }))
  if (env.CHIMNEY_DASHBOARD === 'on') void buildDashboard()
}

const welcome = ({ url, key, entity }: { url: string; key: string; entity: string }): string => `\
Chimney is ready at ${url} (API: ${url}/docs). Sign in there with the key.
API key of ${entity}: ${key}

For wandb, set these and run your script or your sweep unchanged:
  export WANDB_BASE_URL=${url}
  export WANDB_API_KEY=${key}
  export WANDB__FILE_STREAM_NO_GZIP=false

For the chimney command:
  npx chimney login ${url}

Ctrl-C stops the service; its data remains.`

const fail = (error: unknown): never => {
  console.error(error instanceof CloudError ? error.message : error)
  process.exit(1)
}

main().catch(fail)

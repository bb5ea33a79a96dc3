import { handle } from 'hono/aws-lambda'
import { Resource } from 'sst/resource'
import { createApp } from '../http/app.ts'
import { mountPages } from '../pages/mount-pages.ts'
import { sqsClient } from '../queue/sqs-client.ts'
import { sqsDesk } from '../queue/sqs-desk.ts'
import { mountWandb } from '../wandb/wandb-api.ts'
import { Tally } from './emf.ts'
import { readEnv } from './env.ts'
import { isRoutine } from './is-routine.ts'
import { makeDeps } from './make-deps.ts'
import { talliedStore } from './tallied-store.ts'
import { writeLine } from './write-line.ts'

const env = readEnv(process.env, Resource as unknown as Record<string, unknown>)
const tally = new Tally()
const made = makeDeps(env)
const deps = { ...made, store: talliedStore(made.store, tally, made.clock) }

/** Every HTTP request: API Gateway (payload 2.0) or a function URL in front. One at a time, so that the tally is the request's. */
export const handler = handle(
  createApp(deps, {
    ...(env.firstKey && { masterKey: env.firstKey }),
    ...(env.agentKey && { agentKey: env.agentKey }),
    requestsPerMinute: env.requestsPerMinute,
    desk: sqsDesk({ client: sqsClient(env.endpoints.sqs), urls: env.queues, deadLetters: env.deadLetters }),
    log: (line) => {
      const metrics = tally.take(env.stage, line.at)
      const level = line.status >= 500 ? 'ERROR' : 'INFO'
      if (!isRoutine(line) || '_aws' in metrics) writeLine({ level, ...line, ...metrics })
    },
    mount: (app, tools) => {
      mountWandb(app, deps, tools)
      mountPages(app, tools, { folder: env.pagesFolder })
    },
  }),
)

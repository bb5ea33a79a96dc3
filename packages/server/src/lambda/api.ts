import { handle } from 'hono/aws-lambda'
import { Resource } from 'sst/resource'
import { createApp } from '../http/app.ts'
import { mountWandb } from '../wandb/door.ts'
import { readEnv } from './env.ts'
import { isRoutine } from './is-routine.ts'
import { makeDeps } from './make-deps.ts'

const env = readEnv(process.env, Resource as unknown as Record<string, unknown>)
const deps = makeDeps(env)

/** Every HTTP request: API Gateway (payload 2.0) or a function URL in front. */
export const handler = handle(
  createApp(deps, {
    ...(env.firstKey && { masterKey: env.firstKey }),
    log: (line) => isRoutine(line) || console.log(JSON.stringify(line)),
    mount: (app, tools) => mountWandb(app, deps, tools),
  }),
)

import { handle } from 'hono/aws-lambda'
import { Resource } from 'sst/resource'
import { createApp } from '../http/app.ts'
import { mountPages } from '../pages/mount-pages.ts'
import { readEnv } from './env.ts'
import { makeDeps } from './make-deps.ts'

const env = readEnv(process.env, Resource as unknown as Record<string, unknown>)

/** Every HTTP request: API Gateway (payload 2.0) or a function URL in front. */
export const handler = handle(
  createApp(makeDeps(env), {
    mount: (app, tools) => mountPages(app, tools, { folder: env.pagesFolder }),
    ...(env.firstKey && { masterKey: env.firstKey }),
    log: (line) => console.log(JSON.stringify(line)),
  }),
)

import { isObject, plainOf } from '@chimney/core/schema/json'
import { Problem } from '@chimney/core/schema/problem'
import type { Context, Hono } from 'hono'
import { blobKey } from '../artifacts/artifact-keys.ts'
import type { Deps } from '../deps.ts'
import { failureOf } from '../failure-text.ts'
import type { AppEnv } from '../http/app-env.ts'
import type { Authenticator } from '../http/auth/authenticator.ts'
import { requireScope } from '../http/auth/scope.ts'
import type { ScanLimits } from '../http/body/json-scanner.ts'
import { type BodyLimits, readJson, readText } from '../http/body/read-body.ts'
import { ownEntity } from '../own-entity.ts'
import { downloadUrl } from '../runs/files/file-urls.ts'
import { recordUnrecognized } from '../unrecognized-requests.ts'
import { runKeyOf, type WandbContext } from './graphql/context.ts'
import { errorResponse, okResponse } from './graphql/respond.ts'
import { writerOf } from './runs/shared-run.ts'
import { takeStream } from './stream/file-stream.ts'
import { parseStreamBody, STREAM_SCAN } from './stream/stream-body.ts'

/**
 * What one request may weigh. A run's stream sends 10 MiB of content, which quoting can double; a function's platform refuses
 * more than 6 MB before we see it.
 */
const LIMITS: BodyLimits = { maxBodyBytes: 33_554_432, maxDecodedBytes: 67_108_864 }

/** The largest values are a sweep config of a million characters and lists of 10,000 names; `wandb verify` sends 10 MB. */
const GRAPHQL_LIMITS: BodyLimits = { maxBodyBytes: 16_777_216, maxDecodedBytes: 16_777_216 }
const GRAPHQL_SCAN: ScanLimits = { marks: 200_000, values: 100_000 }

/**
 * The W&B API: GraphQL, and the stream of each run. Everything else below its paths is 404, whatever the
 * method, because the client retries a 405.
 */
export function mountWandb(
  app: Hono<AppEnv>,
  deps: Deps,
  tools: { readonly authenticate: Authenticator['authenticate'] },
): void {
  // The client requests this synchronously at the start of a run, without a key. Anything but a fast 404 delays it or starts telemetry.
  app.all('/sdk/*', () => nothingHere())
  app.post('/graphql', (c) => answered(c, (ctx) => graphql(ctx, c.req.raw)))
  app.post('/files/:entity/:project/:run/file_stream', (c) =>
    answered(c, async (ctx) => {
      const { entity, project, run } = c.req.param()
      requireScope(ctx.caller, 'ingest', "a run's stream")
      const key = runKeyOf(ctx, entity, project, run)
      const text = await readText(c.req.raw, LIMITS, STREAM_SCAN)
      return okResponse(
        await takeStream(deps, key, parseStreamBody(text, deps.clock.now()), writerOf(c.req.raw.headers)),
      )
    }),
  )
  // Clients build these addresses themselves from a manifest: the entity, and the MD5 in hex.
  app.get('/artifacts/:entity/:hex', (c) =>
    answered(c, (ctx) => blob(ctx, c.req.method, c.req.param('entity'), c.req.param('hex'))),
  )
  app.get('/artifactsV2/:region/:entity/*', (c) =>
    answered(c, (ctx) => blob(ctx, c.req.method, c.req.param('entity'), hexIn(new URL(c.req.url).pathname))),
  )
  for (const path of ['/graphql', '/graphql/*', '/files/*', '/oidc/*', '/artifacts/*', '/artifactsV2/*'])
    app.all(path, (c) => unknownRoute(c))

  async function answered(
    c: HonoContext,
    answer: (ctx: WandbContext) => Promise<Response>,
  ): Promise<Response> {
    try {
      const caller = await tools.authenticate(c.req.header('authorization'))
      c.set('caller', caller)
      return await answer({ deps: c.var.deps, caller, origin: c.var.deps.settings.publicUrl })
    } catch (error) {
      const failure = failureOf(error)
      if (failure !== undefined) c.set('failure', failure)
      return errorResponse(error)
    }
  }

  async function blob(ctx: WandbContext, method: string, entity: string, hex: string): Promise<Response> {
    ownEntity(ctx, entity)
    const key = blobKey(entity, hex)
    const stat = await deps.files.stat(key)
    if (!stat) throw new Problem('not-found', 'no-such-file', 'there is no such file')
    // Not a redirect: S3 refuses HEAD for a URL that is signed for GET.
    if (method === 'HEAD')
      return new Response(null, {
        headers: {
          'Content-Type': 'application/octet-stream',
          'Content-Length': String(stat.size),
          'Accept-Ranges': 'bytes',
          ETag: `"${hex}"`,
          'Last-Modified': new Date(stat.updatedAt).toUTCString(),
          'Cache-Control': 'no-store',
        },
      })
    return new Response(null, { status: 302, headers: { Location: await downloadUrl(ctx, key) } })
  }

  /** Unknown names are kept for keys of an entity only. */
  async function unknownRoute(c: HonoContext): Promise<Response> {
    const caller = await tools.authenticate(c.req.header('authorization')).catch(() => undefined)
    if (caller)
      await recordUnrecognized(c.var.deps, caller.entity, [routeName(c.req.raw)], clientOf(c.req.raw))
    return nothingHere()
  }

  async function graphql(ctx: WandbContext, request: Request): Promise<Response> {
    const body = await readJson(request, GRAPHQL_LIMITS, GRAPHQL_SCAN)
    if (!isObject(body) || typeof body.query !== 'string')
      throw new Problem('invalid', 'malformed-query', 'send {"query": …, "variables": …} as JSON')
    // Loaded on demand: functions that serve only streams and REST never need GraphQL.
    const [{ answerQuery }, { rootOf }] = await Promise.all([
      import('./graphql/answer-query.ts'),
      import('./root/root.ts'),
    ])
    const query = {
      query: body.query,
      variables: isObject(body.variables) ? (plainOf(body.variables) as Record<string, unknown>) : {},
      ...(typeof body.operationName === 'string' && { operationName: body.operationName }),
    }
    const unknown = new Set<string>()
    try {
      return okResponse({ data: await answerQuery(rootOf(ctx), ctx, query, unknown) })
    } finally {
      await recordUnrecognized(ctx.deps, ctx.caller.entity, [...unknown], clientOf(request))
    }
  }
}

/** The MD5 of a path: the last part but one, before the file's name, which old clients (0.12) leave out. */
function hexIn(path: string): string {
  const [before = '', last = ''] = path.split('/').slice(-2)
  return /^[0-9a-f]{32}$/.test(before) ? before : last
}

/** Without the names in the middle: `POST /files/…/file_stream`. */
function routeName(request: Request): string {
  const [first = '', ...rest] = new URL(request.url).pathname.split('/').slice(1)
  return `${request.method} /${[first, ...(rest.length > 1 ? ['…'] : []), ...rest.slice(-1)].join('/')}`
}

const clientOf = (request: Request): string => request.headers.get('user-agent') ?? 'unnamed client'

type HonoContext = Context<AppEnv>

const nothingHere = (): Response => errorResponse(new Problem('not-found', 'no-such-path', 'no such path'))

/** Generates the OpenAPI document from the routes. Runs when the project is built; the service serves the result. */
import { CollectionPatch, VersionPatch } from '@chimney/core/schema/api/artifact-requests'
import { ProblemBody } from '@chimney/core/schema/api/problem'
import { RunPatch, RunsDelete } from '@chimney/core/schema/api/runs'
import { SweepPatch } from '@chimney/core/schema/api/sweeps'
import { WebhookPatch } from '@chimney/core/schema/api/webhooks'
import { RunId } from '@chimney/core/schema/names'
import { sweepSchemas } from '@chimney/core/schema/sweep-json-schema'
import { Hono } from 'hono'
import { type DescribeRouteOptions, describeRoute, generateSpecs, resolver } from 'hono-openapi'
import * as z from 'zod'
import { api } from '../api.ts'
import { SEGMENTS } from '../routes/path-names.ts'
import { REQUEST_SCHEMAS, RESPONSE_SCHEMAS } from './components.ts'
import {
  type MediaSpec,
  type OperationSpec,
  openapiPath,
  type ResponseSpec,
  specOf,
  type Tag,
} from './describe-route.ts'
import { DESCRIPTIONS } from './descriptions.ts'

type JsonSchema = Record<string, unknown>

const TAGS: Readonly<Record<Tag, string>> = {
  Sweeps: 'Hyperparameter searches',
  Trials: 'Suggested parameters, and their results',
  Runs: 'Executions of training code, with or without a sweep',
  Metrics: 'Logged values of runs',
  Artifacts: 'Versioned files that runs log and use',
  Projects: 'Folders of sweeps and runs',
  Webhooks: 'Notifications of a project to Slack, Teams, and programs',
  Keys: 'API keys of your entity',
  Service: 'The service itself',
}

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'The request is not valid; `errors` lists where, and how to fix it',
  401: 'No API key, or an invalid one',
  403: 'The key belongs to another entity, or its scope is too small',
  404: 'Not found',
  405: 'The path takes other methods, see `Allow`',
  409: 'The state of the sweep or run does not allow it; `code` names the reason',
  413: 'The body is too large; split it',
  415: 'Unsupported media type or encoding of the body',
  422: 'Another request used this Idempotency-Key',
  429: 'Rate limit of the key exceeded',
  503: 'Retry after `Retry-After` seconds',
}

const SEGMENT_TEXTS: Readonly<Record<keyof typeof SEGMENTS, string>> = {
  entity: 'Owner of the project; the key must belong to it',
  project: 'Name of the project',
  sweep: 'Id of the sweep',
  run: 'Id of the run',
  agent: 'Name of the agent function',
  number: 'Number of the trial',
  collection: 'Name of the artifact collection',
  version: 'v0, v1, … or an alias, such as latest',
  webhook: 'Id of the webhook',
  page: 'A page whose state can be saved',
  view: 'Name of the saved view',
  report: 'Id of the report',
  key: 'Id of the API key, not the key itself',
}

/** {@link RunId} as one pattern, without lookahead, which the regular expressions of Go lack. */
const RUN_ID = (() => {
  const refused = ":;,#?/'\\u0000-\\u001f\\u007f-\\u009f"
  const [inner, outer, noDot] = [`[^${refused}]`, `[^${refused}\\s]`, `[^${refused}\\s.]`]
  // One character, two, or more: neither `.` nor `..`.
  return `^(?:${noDot}|${noDot}${outer}|\\.${noDot}|${outer}${inner}+${outer})$`
})()

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })

export interface Operation {
  readonly id: string
  readonly method: string
  /** With `{segments}`. */
  readonly path: string
  /** Needs no API key. */
  readonly open: boolean
}

/** The operations of the REST API, in the order of their routes. */
export const operations = (): Operation[] =>
  api.routes.flatMap(({ method, path, handler }) => {
    const id = specOf(handler)?.operationId
    const open = api.routes.some(
      (other) => other.method === method && other.path === path && specOf(other.handler)?.security,
    )
    return id === undefined ? [] : [{ id, method, path: openapiPath(path), open }]
  })

export async function openapiDocument(version: string) {
  nameComponents()
  const { servers: _, ...document } = await generateSpecs(describedApi(), {
    excludeStaticFile: false,
    documentation: {
      info: {
        title: 'Chimney',
        version,
        summary: 'Hyperparameter sweeps in your own AWS account',
        description:
          'Creates sweeps, hands each trial out once, stores metrics and stops unpromising trials early. Times are ISO 8601 in UTC. Lists return `items` and, when there are more, `next_cursor` for `?cursor=`. Bodies may have `Content-Encoding: gzip`. Requests that create something may have an `Idempotency-Key`: repeated with the same body, they get the same response.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      security: [{ bearer: [] }, { basic: [] }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'The API key' },
          basic: {
            type: 'http',
            scheme: 'basic',
            description: 'User `api`, the API key as password; the W&B client sends it',
          },
        },
        schemas: sweepSchemas((name) => `#/components/schemas/${name}`),
        responses: Object.fromEntries(
          Object.entries(PROBLEMS).map(([status, description]) => [
            `Problem${status}`,
            {
              description,
              ...((status === '429' || status === '503') && {
                headers: {
                  'Retry-After': { description: 'Seconds to wait', schema: { type: 'string' as const } },
                },
              }),
              content: { 'application/problem+json': { schema: resolver(ProblemBody, options('output')) } },
            },
          ]),
        ),
      },
    },
  })
  return { ...forGenerators(document), servers: [{ url: '/', description: 'The service of this document' }] }
}

/** The routes with hono-openapi's descriptions, one for each middleware that has a part of the operation. */
function describedApi(): Hono {
  const described = new Hono()
  for (const { method, path, handler } of api.routes) {
    const spec = specOf(handler)
    if (!spec) continue
    const parts = [...(spec.operationId ? [pathPart(path)] : []), operationPart(spec)]
    for (const part of parts)
      described.on(method, path, describeRoute(part as DescribeRouteOptions), (c) => c.body(null))
  }
  return described
}

function pathPart(path: string) {
  const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1] as keyof typeof SEGMENTS)
  if (names.length === 0) return {}
  return {
    parameters: names.map((name) => ({
      name,
      in: 'path',
      required: true,
      description: SEGMENT_TEXTS[name],
      schema: plainSchema(SEGMENTS[name]),
    })),
    responses: { 400: { $ref: '#/components/responses/Problem400' } },
  }
}

function operationPart({ query, headers, requestBody, responses = {}, ...spec }: OperationSpec) {
  const description = DESCRIPTIONS[spec.operationId ?? '']
  return {
    ...spec,
    ...(description !== undefined && { description }),
    ...((query || headers) && {
      parameters: [...parameters('query', query), ...parameters('header', headers)],
    }),
    ...(requestBody && {
      requestBody: { required: isRequired(requestBody.content), content: contentOf(requestBody.content) },
    }),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, response]) => [status, responseOf(response)]),
    ),
  }
}

const responseOf = (response: ResponseSpec | { readonly $ref: string }) =>
  '$ref' in response || !response.content ? response : { ...response, content: contentOf(response.content) }

const contentOf = (content: Readonly<Record<string, MediaSpec>>) =>
  Object.fromEntries(
    Object.entries(content).map(([type, { schema, ...media }]) => [
      type,
      { schema: schemaOf(schema), ...media },
    ]),
  )

function schemaOf(schema: MediaSpec['schema']) {
  if (schema === 'SweepConfig') return ref(schema)
  if (typeof schema === 'string') return resolver(RESPONSE_SCHEMAS[schema], options('output'))
  return schema instanceof z.ZodType ? resolver(schema, options('input')) : schema
}

const options = (io: 'input' | 'output') => ({ options: { io, unrepresentable: 'any' } })

/** An absent body is an empty object. */
const isRequired = (content: Readonly<Record<string, MediaSpec>>): boolean =>
  Object.values(content).every(({ schema }) => !(schema instanceof z.ZodType && schema.safeParse({}).success))

/** By hand, because hono-openapi documents what a parser accepts or returns; here a list is one text with commas. */
function parameters(place: 'query' | 'header', schema: z.ZodObject | undefined) {
  if (!schema) return []
  const { properties } = plainSchema(schema) as { properties: Record<string, JsonSchema> }
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: !schema.shape[name].safeParse(undefined).success,
    description,
    schema: rest,
    ...(rest.type === 'array' && { style: 'form', explode: false }),
  }))
}

/**
 * For generators of clients: openapi-python-client leaves out schemas with an object as the default, and oapi-codegen takes numbers
 * without a format for 32-bit ones, and fails for a list of types. A scalar that the service also takes in another form, such as a number
 * written as text, is documented in its first form: typed clients would get a union.
 */
function forGenerators<T>(value: T): T {
  if (Array.isArray(value)) return value.map(forGenerators) as T
  if (typeof value !== 'object' || value === null) return value
  const isLiteral = (member: unknown) => typeof member !== 'object' || Object.keys(member ?? {}).length === 0
  const entries = Object.entries(value).filter(([key, member]) => key !== 'default' || isLiteral(member))
  const schema = Object.fromEntries(entries.map(([key, member]) => [key, forGenerators(member)]))
  const types = Array.isArray(schema.type) ? (schema.type as string[]) : []
  if (types.filter((type) => type !== 'null').length > 1) {
    const { type: _, ...rest } = schema
    return { ...rest, anyOf: types.map((type) => forGenerators({ type })) } as T
  }
  const first = firstScalar(schema.anyOf)
  if (first) {
    const { anyOf: _, ...rest } = schema
    return { ...rest, ...first, type: [first.type, 'null'] } as T
  }
  return (schema.type === 'number' ? { ...schema, format: 'double' } : schema) as T
}

type Schema = Readonly<Record<string, unknown>>

/** The first form of a scalar of several forms that may be null: `[{anyOf: [first, …]}, {type: 'null'}]`. */
function firstScalar(anyOf: unknown): Schema | undefined {
  const [forms, none, ...more] = Array.isArray(anyOf) ? (anyOf as Schema[]) : []
  if (none?.type !== 'null' || more.length > 0 || !Array.isArray(forms?.anyOf)) return undefined
  const scalars = forms.anyOf as Schema[]
  const isScalar = ({ type }: Schema) => type === 'string' || type === 'number' || type === 'integer'
  return scalars.every(isScalar) ? scalars[0] : undefined
}

/** hono-openapi takes the names of components from zod's registry. Further keywords mirror refinements of the schema. */
function nameComponents(): void {
  const schemas = { ...RESPONSE_SCHEMAS, ...REQUEST_SCHEMAS }
  for (const [id, schema] of Object.entries(schemas)) z.globalRegistry.add(schema, { id })
  for (const patch of [SweepPatch, RunPatch, RunsDelete, CollectionPatch, VersionPatch, WebhookPatch])
    z.globalRegistry.add(patch, { ...patch.meta(), minProperties: 1 })
  z.globalRegistry.add(RunId, { pattern: RUN_ID })
}

const plainSchema = (schema: z.ZodType): JsonSchema =>
  tidy(z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }))

function tidy(schema: object): JsonSchema {
  const { $schema, $id, id, ...rest } = schema as JsonSchema
  return rest
}

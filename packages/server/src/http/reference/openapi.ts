/** Builds the API document out of the route table. Runs when the project is built; the service only reads the result. */
import * as z from 'zod'
import { scopeOf } from '../auth/scope.ts'
import type { AnswerDoc, Route } from '../route.ts'
import { matcher, SEGMENTS } from '../routes/path-names.ts'
import { ANSWER_SCHEMAS } from './schemas.ts'

type JsonSchema = Record<string, unknown>

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })

const TAGS: Readonly<Record<Route['tag'], string>> = {
  Sweeps: 'Searches: create, steer and follow them',
  Trials: 'What a sweep asks for, and what came out of it',
  Runs: 'Executions of training code, with or without a sweep',
  Metrics: 'What runs log',
  Projects: 'Folders of sweeps and runs',
  Keys: 'API keys of your entity',
  Service: 'The service itself',
}

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'The request is not valid; `errors` says where and what to do',
  401: 'No API key, or one that does not work',
  403: 'The key belongs to another entity, or its scope is too small',
  404: 'There is no such thing',
  405: 'The path takes other methods, see `Allow`',
  409: 'The thing is in a state that does not allow it; `code` says which',
  413: 'The body is too large; split it',
  415: 'The body is encoded in a way that is not taken',
  422: 'The Idempotency-Key came with another request before',
  429: 'More requests than the key may send in a minute',
  503: 'Try again after `Retry-After` seconds',
}

const SEGMENT_TEXTS: Readonly<Record<string, string>> = {
  entity: 'Owner of the project; the key must belong to it',
  project: 'Name of the project',
  sweep: 'Id of the sweep',
  run: 'Id of the run',
  agent: 'Name of the agent function',
  key: 'Id of the API key, not the key itself',
}

export function openapiDocument(routes: readonly Route[], version: string) {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Chimney',
      version,
      summary: 'Hyperparameter sweeps in your own AWS account',
      description:
        'Creates sweeps, hands each trial out once, takes in metrics and stops hopeless trials early. Times are ISO 8601 in UTC. Lists answer `items` and, when there is more, `next_cursor` for `?cursor=`. A body may be sent with `Content-Encoding: gzip`. A request that creates something may carry an `Idempotency-Key`: repeated with the same body it gets the same answer.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'Where this document came from' }],
    security: [{ bearer: [] }, { basic: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'The API key' },
        basic: {
          type: 'http',
          scheme: 'basic',
          description: 'User `api`, the API key as password; what the W&B client sends',
        },
      },
      schemas: componentSchemas(routes),
      responses: Object.fromEntries(
        Object.entries(PROBLEMS).map(([status, description]) => [
          `Problem${status}`,
          {
            description,
            ...((status === '429' || status === '503') && headers({ 'Retry-After': 'Seconds to wait' })),
            content: { 'application/problem+json': { schema: ref('Problem') } },
          },
        ]),
      ),
    },
  }
}

function operation(route: Route) {
  const names = Object.keys(matcher(route.path)(route.path) ?? {})
  const parameters = [
    ...names.map((name) => ({
      name,
      in: 'path',
      required: true,
      description: SEGMENT_TEXTS[name],
      schema: plainSchema(SEGMENTS[name as keyof typeof SEGMENTS]),
    })),
    ...queryParameters(route),
    ...(route.creates ? [IDEMPOTENCY] : []),
  ]
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description && { description: route.description }),
    ...(route.open ? { security: [] } : { 'x-key-scope': scopeOf(route) }),
    ...(parameters.length > 0 && { parameters }),
    ...requestBody(route),
    responses: responses(route, names.length > 0),
  }
}

const IDEMPOTENCY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Any text of your own, once per thing to create; a random UUID is a good one',
  schema: { type: 'string', minLength: 1, maxLength: 200 },
}

function queryParameters({ query }: Route) {
  if (!query) return []
  const schema = plainSchema(query) as { properties: Record<string, JsonSchema> }
  return Object.entries(schema.properties).map(([name, { description, ...rest }]) => ({
    name,
    in: 'query',
    required: false,
    description,
    schema: rest,
    // What is a list in the answer of the schema is one text with commas in the query.
    ...(rest.type === 'array' && { style: 'form', explode: false }),
  }))
}

function requestBody({ body }: Route) {
  if (!body) return {}
  if ('text' in body) {
    // YAML is text to a document about JSON.
    const yaml = {
      schema: { type: 'string', description: `${body.schemaName} as YAML` },
      example: body.example,
    }
    const media = body.text.map((type) => [
      type,
      type.endsWith('yaml') ? yaml : { schema: ref(body.schemaName) },
    ])
    return { requestBody: { required: true, content: Object.fromEntries(media) } }
  }
  const content = {
    'application/json': {
      schema: ref(body.name),
      ...(body.example !== undefined && { example: body.example }),
    },
  }
  // An absent body is an empty object; where that is valid, no body is needed.
  return { requestBody: { required: !body.schema.safeParse({}).success, content } }
}

function responses(route: Route, hasPath: boolean) {
  const problems = new Set<number>(route.problems)
  for (const status of route.open ? [405] : [401, 403, 429, 503]) problems.add(status)
  if (route.body || route.query || hasPath) problems.add(400)
  if (route.body) for (const status of [413, 415]) problems.add(status)
  if (route.creates) problems.add(422)
  const all: Record<string, unknown> = {}
  for (const [status, doc] of Object.entries(route.answers)) all[status] = success(doc)
  for (const status of [...problems].sort((a, b) => a - b))
    all[status] = { $ref: `#/components/responses/Problem${status}` }
  return all
}

function success(doc: AnswerDoc) {
  const content = doc.schema
    ? { 'application/json': { schema: ref(doc.schema) } }
    : doc.type && { [doc.type]: { schema: { type: 'string' } } }
  return {
    description: doc.description,
    ...(doc.headers && headers(doc.headers)),
    ...(content && { content }),
  }
}

const headers = (texts: Readonly<Record<string, string>>) => ({
  headers: Object.fromEntries(
    Object.entries(texts).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  ),
})

/** The config's own schema refuses with sentences that a schema cannot say; here only its outline is written. */
const SWEEP_CONFIG = {
  type: 'object',
  description: 'A W&B sweep config. See the documentation for all keys.',
  required: ['method', 'parameters'],
  properties: {
    method: { type: 'string', enum: ['grid', 'random', 'sobol', 'bayes', 'tpe', 'gp', 'cmaes'] },
    metric: {
      type: 'object',
      properties: {
        name: { type: 'string' },
        goal: { type: 'string', enum: ['minimize', 'maximize'] },
        target: { type: 'number' },
      },
    },
    parameters: { type: 'object', additionalProperties: true },
    early_terminate: { type: 'object', additionalProperties: true },
    run_cap: { type: 'integer', minimum: 1 },
    seed: { type: 'integer', minimum: 0 },
    warm_start: {
      type: 'object',
      properties: {
        sweeps: { type: 'array', items: { type: 'string' } },
        runs: { type: 'array', items: { type: 'string' } },
      },
    },
    name: { type: 'string' },
    description: { type: 'string' },
    program: { type: 'string' },
    command: { type: 'array', items: {} },
    dispatch: {
      type: 'object',
      properties: { agent: { type: 'string' }, concurrency: { type: 'integer', minimum: 1, maximum: 1000 } },
      required: ['agent'],
    },
    retry: { type: 'object', properties: { max_attempts: { type: 'integer', minimum: 1 } } },
  },
  additionalProperties: true,
}

function componentSchemas(routes: readonly Route[]): Record<string, unknown> {
  const requests: Record<string, z.ZodType> = {}
  for (const { body } of routes) if (body && 'schema' in body) requests[body.name] = body.schema
  return {
    ...named(ANSWER_SCHEMAS, 'output'),
    ...named(requests, 'input'),
    SweepConfig: SWEEP_CONFIG,
  }
}

/** Schemas that refer to each other by their names in the document. */
function named(
  schemas: Readonly<Record<string, z.ZodType>>,
  io: 'input' | 'output',
): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id })
  const written = z.toJSONSchema(registry, {
    io,
    unrepresentable: 'any',
    uri: (id) => `#/components/schemas/${id}`,
  })
  return Object.fromEntries(Object.entries(written.schemas).map(([id, schema]) => [id, tidy(schema)]))
}

const plainSchema = (schema: z.ZodType): JsonSchema =>
  tidy(z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }))

function tidy(schema: object): JsonSchema {
  const { $schema, $id, id, ...rest } = schema as JsonSchema
  return rest
}

/** The reference of the HTTP API, out of the OpenAPI document: a page per tag, and one of all schemas. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { anchorOf } from '../anchor.ts'
import { ROOT } from '../folders.ts'
import { plain, type Schema, tableOf, typeOf } from './schema.ts'

interface Parameter {
  readonly $ref?: string
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly description?: string
  readonly schema: Schema
}
type Content = Readonly<Record<string, { readonly schema?: Schema; readonly example?: unknown }>>
interface Answer {
  readonly $ref?: string
  readonly description?: string
  readonly content?: Content
}
interface Operation {
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly 'x-key-scope'?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, Answer>>
}
interface Document {
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>
    readonly responses: Readonly<Record<string, Answer>>
    readonly parameters?: Readonly<Record<string, Parameter>>
  }
}

const FILE = 'packages/server/src/http/reference/generated/openapi.json'
const document: Document = JSON.parse(readFileSync(join(ROOT, FILE), 'utf8'))
const nameOf = (ref: string) => ref.split('/').at(-1)!
const linkTo = (ref: string) => `[${nameOf(ref)}](/reference/api/schemas.md#${anchorOf(nameOf(ref))})`
const pageOf = (tag: string) => `reference/api/${anchorOf(tag)}`

const parametersOf = ({ parameters = [] }: Operation): string => {
  const rows = parameters
    .map((one) => (one.$ref ? document.components.parameters![nameOf(one.$ref)]! : one))
    .map(
      ({ name, in: place, required, description = '', schema }) =>
        `| \`${name}\`${required ? ' (required)' : ''} | ${place} | ${typeOf(schema, linkTo)} | ${plain(description)} |`,
    )
  return rows.length === 0
    ? ''
    : ['| Parameter | In | Type | Meaning |', '|---|---|---|---|', ...rows, ''].join('\n')
}

const contentOf = (content: Content = {}): string =>
  Object.entries(content)
    .map(([type, { schema }]) => `\`${type}\`${schema ? `: ${typeOf(schema, linkTo)}` : ''}`)
    .join('; ')

const bodyOf = ({ requestBody }: Operation): string => {
  if (!requestBody) return ''
  const { schema } = requestBody.content['application/json'] ?? {}
  return `**Body** ${contentOf(requestBody.content)}\n\n${schema?.properties ? tableOf(schema, linkTo) : ''}`
}

const responsesOf = ({ responses }: Operation): string => {
  const rows = Object.entries(responses)
    .map(
      ([status, one]) => [status, one.$ref ? document.components.responses[nameOf(one.$ref)]! : one] as const,
    )
    .map(
      ([status, { description = '', content }]) =>
        `| ${status} | ${plain(description)} | ${contentOf(content)} |`,
    )
  return ['| Status | Meaning | Body |', '|---|---|---|', ...rows, ''].join('\n')
}

const operationOf = (method: string, path: string, operation: Operation): string =>
  [
    `## ${plain(operation.summary)}`,
    `\`\`\`text\n${method.toUpperCase()} ${path}\n\`\`\``,
    plain(operation.description ?? ''),
    operation['x-key-scope'] ? `Needs a key of the scope \`${operation['x-key-scope']}\`.` : '',
    parametersOf(operation),
    bodyOf(operation),
    responsesOf(operation),
  ]
    .filter((part) => part !== '')
    .join('\n\n')

/** Text of each page by its name without `.md`. */
export function apiPages(): ReadonlyMap<string, string> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  )
  const pages = document.tags.map(({ name, description }): [string, string] => [
    pageOf(name),
    `# HTTP API: ${name}\n\n${plain(description)}. See [HTTP API](/api.md) for keys, errors and lists.\n\n${operations
      .filter(({ operation }) => operation.tags.includes(name))
      .map(({ method, path, operation }) => operationOf(method, path, operation))
      .join('\n\n')}\n`,
  ])
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) =>
      `## ${name}\n\n${plain(schema.description ?? '')}\n\n${tableOf(schema, linkTo) || `${typeOf(schema, linkTo)}\n`}`,
  )
  return new Map([
    ...pages,
    [
      'reference/api/schemas',
      `# HTTP API: schemas\n\nThe named objects of requests and responses.\n\n${schemas.join('\n')}`,
    ],
  ])
}

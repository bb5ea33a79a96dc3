/** Tables of JSON Schemas in Markdown. */
export interface Schema {
  readonly [keyword: string]: unknown
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly title?: string
  readonly description?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
}

/** Text in a cell of a table, or anywhere in a page that Vue compiles. */
export const plain = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part, at) =>
      at % 2 ? part : part.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('{{', '&#123;&#123;'),
    )
    .join('')
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ')

const literal = (value: unknown) => plain(`\`${typeof value === 'string' ? value : JSON.stringify(value)}\``)

/** Bounds such as "≥ 1, ≤ 100". */
const boundsOf = (schema: Schema): string[] =>
  [
    ['minimum', '≥'],
    ['exclusiveMinimum', '>'],
    ['maximum', '≤'],
    ['exclusiveMaximum', '<'],
  ].flatMap(([keyword, sign]) => {
    const bound = schema[keyword!]
    // The ends of safe integers are no limits of their author.
    return typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER
      ? [`${plain(sign!)} ${bound}`]
      : []
  })

/** A short description of the values, with links to named schemas. */
export function typeOf(schema: Schema, linkTo: (ref: string) => string): string {
  const again = (other: Schema) => typeOf(other, linkTo)
  if (schema.$ref !== undefined) return linkTo(schema.$ref)
  if ('const' in schema) return literal(schema.const)
  if (schema.enum) return schema.enum.map(literal).join(', ')
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives) {
    const types = alternatives
      .filter(({ type }) => type !== 'null')
      .map((other) => (other.title && other.properties ? plain(other.title) : again(other)))
    return [...new Set(types)].filter((type) => type !== 'any').join(' or ') || 'any'
  }
  if (schema.allOf) return schema.allOf.map(again).join(' and ')
  const types = [schema.type ?? []].flat().filter((type) => type !== 'null')
  const names = types.map((type) => {
    if (type === 'array') return schema.items ? `list of ${again(schema.items)}` : 'list'
    if (type !== 'object') return type
    if (schema.properties) return `object with ${Object.keys(schema.properties).map(literal).join(', ')}`
    const values = schema.additionalProperties
    return typeof values === 'object' && Object.keys(values).length > 0
      ? `object of ${again(values)}`
      : 'object'
  })
  return [names.join(' or ') || 'any', ...boundsOf(schema)].join(', ')
}

/** One row per property. */
export function tableOf({ properties = {}, required = [] }: Schema, linkTo: (ref: string) => string): string {
  const rows = Object.entries(properties).map(([name, schema]) => {
    const fallback = schema.default === undefined ? '' : ` Default: ${literal(schema.default)}.`
    const needed = required.includes(name) ? ' (required)' : ''
    const text = plain(schema.description ?? '')
    return `| ${literal(name)}${needed} | ${typeOf(schema, linkTo)} | ${text}${text && fallback && !/[.:]$/.test(text) ? '.' : ''}${fallback} |`
  })
  return rows.length === 0 ? '' : ['| Key | Type | Meaning |', '|---|---|---|', ...rows, ''].join('\n')
}

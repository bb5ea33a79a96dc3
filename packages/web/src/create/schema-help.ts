import type { JsonSchema } from '@chimney/core/schema/sweep-json-schema'

/** A key or value that can be written somewhere. */
export interface Offer {
  readonly label: string
  readonly info: string
}

/** Looks things up in a JSON Schema, as far as the schema of sweep configs uses it. */
export function schemaHelp(root: JsonSchema) {
  /** All alternatives of a schema that are not references. */
  const alternatives = (schema: unknown): readonly JsonSchema[] => {
    if (!isSchema(schema)) return []
    const { $ref, anyOf, oneOf } = schema
    if (typeof $ref === 'string') return alternatives(resolve(root, $ref))
    const others = [...(Array.isArray(anyOf) ? anyOf : []), ...(Array.isArray(oneOf) ? oneOf : [])]
    return [schema, ...others.flatMap(alternatives)]
  }
  const members = (schema: JsonSchema, key: string): readonly unknown[] => {
    if (key === '[]') return [schema.items]
    const own = (schema.properties as JsonSchema | undefined)?.[key]
    return own !== undefined
      ? [own]
      : isSchema(schema.additionalProperties)
        ? [schema.additionalProperties]
        : []
  }
  const schemasAt = (path: readonly string[]): readonly JsonSchema[] =>
    path.reduce<readonly JsonSchema[]>(
      (from, key) => from.flatMap((schema) => members(schema, key)).flatMap(alternatives),
      alternatives(root),
    )
  return {
    /** Keys of the mapping at a path; `written` are the values that it has. */
    keys(path: readonly string[], written: Readonly<Record<string, unknown>>): readonly Offer[] {
      const fitting = schemasAt(path).filter((schema) => fits(schema, written))
      const keys = new Map<string, string>()
      for (const { properties } of fitting)
        for (const [key, schema] of Object.entries((properties as Record<string, unknown>) ?? {})) {
          if (key in written) continue
          const info = describe(alternatives(schema))
          if (!keys.get(key)) keys.set(key, info)
        }
      return [...keys].map(([label, info]) => ({ label, info }))
    },
    /** Values of a key. */
    values(path: readonly string[], key: string): readonly Offer[] {
      const values = new Map<string, string>()
      for (const owner of schemasAt(path))
        for (const schema of members(owner, key).flatMap(alternatives)) {
          const info = [owner.title, owner.description].filter((text) => typeof text === 'string').join(': ')
          // The description of a variant, where the key says which one it is.
          for (const value of listed(schema)) values.set(String(value), 'const' in schema ? info : '')
        }
      return [...values].map(([label, info]) => ({ label, info }))
    },
    /** What a key means. */
    about(path: readonly string[], key: string): string {
      return describe(schemasAt([...path, key]))
    },
  }
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const resolve = (root: JsonSchema, ref: string): unknown =>
  ref
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((at, name) => (at as JsonSchema | undefined)?.[name], root)

function listed(schema: JsonSchema): readonly unknown[] {
  if (Array.isArray(schema.enum)) return schema.enum
  if (schema.const !== undefined) return [schema.const]
  return schema.type === 'boolean' || (Array.isArray(schema.type) && schema.type.includes('boolean'))
    ? [true, false]
    : []
}

/** Whether a mapping with these values can become one of this schema: its constants agree, and no key excludes it. */
function fits(schema: JsonSchema, written: Readonly<Record<string, unknown>>): boolean {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>
  const excluded = ((schema.propertyNames as JsonSchema | undefined)?.not as JsonSchema | undefined)?.enum
  for (const [key, value] of Object.entries(written)) {
    if (Array.isArray(excluded) && excluded.includes(key)) return false
    const property = properties[key]
    if (
      property &&
      (property.const !== undefined || property.enum !== undefined) &&
      typeof value === 'string'
    )
      if (!listed(property).includes(value)) return false
  }
  return true
}

function describe(schemas: readonly JsonSchema[]): string {
  const first = (keyword: string) =>
    schemas.map((schema) => schema[keyword]).find((value) => value !== undefined)
  const values = schemas.flatMap(listed)
  return [
    first('description'),
    values.length > 0 && values.length <= 12 && `Values: ${[...new Set(values)].join(', ')}.`,
    first('default') !== undefined && `Default: ${JSON.stringify(first('default'))}.`,
  ]
    .filter((text) => typeof text === 'string' && text !== '')
    .map((text) => (/[.)]$/.test(text as string) ? text : `${text}.`))
    .join(' ')
}

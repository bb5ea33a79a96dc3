import * as z from 'zod'
import { EarlyTerminateSchema } from './early-terminate.ts'
import { NULL_IS_ABSENT, REPLACED } from './json-schema-keywords.ts'
import { parametersSchemas } from './parameter-schemas.ts'
import { HEADER_RELATIONS, HeaderSchema, MetricSchema } from './sweep-config-schema.ts'

export type JsonSchema = { readonly [keyword: string]: unknown }

/**
 * JSON Schema 2020-12 of the sweep configs that the service accepts, generated from the zod schemas of the parser. It takes a few
 * milliseconds: call it when the project is built, or on the first request. The parser also checks relations that
 * JSON Schema cannot express, such as min ≤ max.
 */
export function sweepJsonSchema(): JsonSchema {
  const { SweepConfig, ...parts } = sweepSchemas((name) => `#/$defs/${name}`)
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...SweepConfig, $defs: parts }
}

/** The schema `SweepConfig` and its parts by name, for a document that holds them elsewhere. `refTo` gives the `$ref` of a name. */
export function sweepSchemas(refTo: (name: string) => string): Readonly<Record<string, JsonSchema>> {
  const { parameters, parts } = parametersSchemas()
  const registry = z.registry<{ id: string }>()
  const SweepConfig = HeaderSchema.extend({ parameters }).meta({
    title: 'Sweep config',
    description: 'A W&B sweep config. Unknown keys are ignored with a warning.',
    [NULL_IS_ABSENT]: true,
    ...HEADER_RELATIONS,
  })
  const named = { SweepConfig, Metric: MetricSchema, EarlyTerminate: EarlyTerminateSchema, ...parts }
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: refTo })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema, $id, ...schema }]) => [
      name,
      withMarks(schema) as JsonSchema,
    ]),
  )
}

/** Writes the marks of the zod schemas as keywords. */
function withMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMarks)
  if (typeof value !== 'object' || value === null) return value
  const { [NULL_IS_ABSENT]: nullable, [REPLACED]: replaced, ...rest } = value as Record<string, unknown>
  const schema = Object.fromEntries(Object.entries(rest).map(([key, member]) => [key, withMarks(member)]))
  if (nullable) {
    const required = (schema.required ?? []) as readonly string[]
    const properties = Object.entries(schema.properties as Record<string, JsonSchema>)
    schema.properties = Object.fromEntries(
      properties.map(([key, property]) => [key, required.includes(key) ? property : orNull(property)]),
    )
  }
  return replaced ? alternatives(schema, {}) : schema
}

function orNull(schema: JsonSchema): JsonSchema {
  // A schema that takes anything takes null, too.
  if (Array.isArray(schema.anyOf) && schema.anyOf.some((other) => Object.keys(other).length === 0))
    return schema
  return typeof schema.type === 'string' && schema.enum === undefined
    ? { ...schema, type: [schema.type, 'null'] }
    : alternatives(schema, { type: 'null' })
}

/** Title, description and default stay outside, where editors show them. */
function alternatives({ title, description, default: fallback, ...schema }: JsonSchema, other: JsonSchema) {
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(fallback !== undefined && { default: fallback }),
    anyOf: [schema, other],
  }
}

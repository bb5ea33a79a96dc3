import { Problem } from '@chimney/core/schema/problem'
import {
  buildSchema,
  type DocumentNode,
  execute,
  type FieldNode,
  GraphQLError,
  type GraphQLInputObjectType,
  getNamedType,
  isInputObjectType,
  Kind,
  type NamedTypeNode,
  NoFragmentCyclesRule,
  OperationTypeNode,
  parse,
  type SelectionSetNode,
  type TypeNode,
  validate,
  visit,
} from 'graphql'
import { SCHEMA_TEXT } from './schema-text.ts'

/** A request body as clients send it: `operationName` may be empty, and variables that no document declares occur. */
export interface Query {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly operationName?: string
}

/** Cost limits of one request, far above any client's document. */
const MAX_TOKENS = 8_000
const MAX_DEPTH = 16
const MAX_SELECTIONS = 4_000
const REMEMBERED = 200

const schema = buildSchema(SCHEMA_TEXT, { assumeValidSDL: true })
const remembered = new Map<string, DocumentNode>()

/**
 * Executes a document and returns its data. Unknown fields are not an error: they are absent from the response, which newer
 * clients read as null. Throws the first error of a resolver, and `Problem('invalid')` for a document that cannot be executed.
 */
export async function answerQuery(
  rootValue: object,
  contextValue: unknown,
  request: Query,
): Promise<unknown> {
  const document = documentOf(request.query)
  const result = await execute({
    schema,
    document,
    rootValue,
    contextValue,
    variableValues: knownVariables(document, request.variables),
    ...(request.operationName && { operationName: request.operationName }),
  })
  const [error] = result.errors ?? []
  // The client ignores partial data and decides by the HTTP status.
  if (error?.originalError && !(error.originalError instanceof GraphQLError)) throw error.originalError
  if (error) throw new Problem('invalid', 'invalid-query', error.message)
  return result.data ?? null
}

function documentOf(text: string): DocumentNode {
  const known = remembered.get(text)
  if (known) return known
  try {
    const document = lenient(parse(text, { noLocation: true, maxTokens: MAX_TOKENS }))
    const [cycle] = validate(schema, document, [NoFragmentCyclesRule])
    if (cycle) throw cycle
    bounded(document)
    supported(document)
    remembered.set(text, document)
    if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value!)
    return document
  } catch (error) {
    if (error instanceof GraphQLError)
      throw new Problem('invalid', 'malformed-query', `the GraphQL document cannot be read: ${error.message}`)
    throw error
  }
}

const namedType = (type: TypeNode): NamedTypeNode =>
  type.kind === Kind.NAMED_TYPE ? type : namedType(type.type)

/** Drops variables of unknown types; only unknown fields use them. */
const lenient = (document: DocumentNode): DocumentNode =>
  visit(document, {
    VariableDefinition: (node) => (schema.getType(namedType(node.type).name.value) ? undefined : null),
  })

/** Drops unknown fields of input objects, which GraphQL would refuse; newer clients add some. */
function knownVariables(document: DocumentNode, variables: Query['variables']): Record<string, unknown> {
  const known: Record<string, unknown> = { ...variables }
  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue
    for (const { variable, type } of node.variableDefinitions ?? []) {
      const name = variable.name.value
      const named = schema.getType(namedType(type).name.value)
      if (Object.hasOwn(known, name) && isInputObjectType(named))
        known[name] = knownFields(known[name], named)
    }
  }
  return known
}

function knownFields(value: unknown, type: GraphQLInputObjectType): unknown {
  if (Array.isArray(value)) return value.map((item) => knownFields(item, type))
  if (typeof value !== 'object' || value === null) return value
  const fields = type.getFields()
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined
      if (!field) return []
      const named = getNamedType(field.type)
      return [[name, isInputObjectType(named) ? knownFields(inner, named) : inner]]
    }),
  )
}

/**
 * Refuses unknown mutations: without an error the client would take them as executed. Unknown fields of queries return null.
 */
function supported(document: DocumentNode): void {
  const mutations = schema.getMutationType()!.getFields()
  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION || node.operation !== OperationTypeNode.MUTATION) continue
    for (const field of node.selectionSet.selections)
      if (field.kind === Kind.FIELD && !field.name.value.startsWith('__') && !mutations[field.name.value])
        throw new Problem(
          'invalid',
          'unknown-mutation',
          `the mutation ${field.name.value} is not supported; see docs/wandb.md for what is`,
        )
  }
}

/**
 * Counts selections with fragments expanded, spreads included: a chain of fragments that spread each other twice has no fields, but
 * doubles with each link. The document must have no fragment cycles.
 */
function bounded(document: DocumentNode): void {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet] as const] : [],
    ),
  )
  let selections = 0
  const walk = (set: SelectionSetNode | undefined, depth: number): void => {
    if (depth > MAX_DEPTH) throw new GraphQLError(`fields may be nested at most ${MAX_DEPTH} deep`)
    for (const selection of set?.selections ?? []) {
      if (++selections > MAX_SELECTIONS)
        throw new GraphQLError(`a document may have at most ${MAX_SELECTIONS} selections, fragments expanded`)
      if (selection.kind === Kind.FIELD) {
        walk((selection satisfies FieldNode).selectionSet, depth + 1)
      } else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet, depth)
      else walk(fragments.get(selection.name.value), depth)
    }
  }
  for (const node of document.definitions)
    if (node.kind === Kind.OPERATION_DEFINITION) walk(node.selectionSet, 0)
}

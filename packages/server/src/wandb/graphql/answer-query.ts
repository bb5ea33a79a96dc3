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
  Lexer,
  type NamedTypeNode,
  NoFragmentCyclesRule,
  OperationTypeNode,
  parse,
  type SelectionSetNode,
  Source,
  TokenKind,
  type TypeNode,
  validate,
  visit,
} from 'graphql'
import { SCHEMA_TEXT } from './schema-text.ts'
import { unknownParts } from './unknown-parts.ts'

/** A request body as clients send it: `operationName` may be empty, and variables that no document declares occur. */
export interface Query {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly operationName?: string
}

/** Cost limits of one request, far above any client's document. */
const MAX_CHARACTERS = 100_000
const MAX_TOKENS = 8_000
const MAX_DEPTH = 16
const MAX_SELECTIONS = 4_000
/** Of brackets of all kinds. */
const MAX_NESTING = 50
const OPENING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L])
const CLOSING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R])
/** `__schema` and `__type` return up to the whole schema each; clients ask for a few types. */
const MAX_INTROSPECTIONS = 20
/** Of one list in the variables, such as the names of files to upload. */
const MAX_ITEMS = 10_000
const REMEMBERED = 200

const schema = buildSchema(SCHEMA_TEXT, { assumeValidSDL: true })
interface Known {
  readonly document: DocumentNode
  readonly unknown: readonly string[]
}
const remembered = new Map<string, Known>()

/**
 * Executes a document and returns its data. Unknown fields are not an error: they are absent from the response, which newer
 * clients read as null. Throws the first error of a resolver, and `Problem('invalid')` for a document that cannot be executed. The names
 * of the parts of the request that the schema lacks are added to `unknown`.
 */
export async function answerQuery(
  rootValue: object,
  contextValue: unknown,
  request: Query,
  unknown: Set<string> = new Set(),
): Promise<unknown> {
  const known = documentOf(request.query)
  const { document } = known
  for (const name of known.unknown) unknown.add(name)
  supported(document)
  const result = await execute({
    schema,
    document,
    rootValue,
    contextValue,
    variableValues: knownVariables(document, request.variables, unknown),
    ...(request.operationName && { operationName: request.operationName }),
  })
  const [error] = result.errors ?? []
  // The client ignores partial data and decides by the HTTP status.
  if (error?.originalError && !(error.originalError instanceof GraphQLError)) throw error.originalError
  if (error) throw new Problem('invalid', 'invalid-query', error.message)
  return result.data ?? null
}

function documentOf(text: string): Known {
  const known = remembered.get(text)
  if (known) return known
  if (text.length > MAX_CHARACTERS)
    throw new Problem(
      'invalid',
      'malformed-query',
      `a GraphQL document may have at most ${MAX_CHARACTERS} characters; send values as variables`,
    )
  try {
    boundedNesting(text)
    const parsed = parse(text, { noLocation: true, maxTokens: MAX_TOKENS })
    const document = lenient(parsed)
    const [cycle] = validate(schema, document, [NoFragmentCyclesRule])
    if (cycle) throw cycle
    bounded(document)
    const made = { document, unknown: unknownParts(schema, parsed) }
    remembered.set(text, made)
    if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value!)
    return made
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
function knownVariables(
  document: DocumentNode,
  variables: Query['variables'],
  unknown: Set<string>,
): Record<string, unknown> {
  const known: Record<string, unknown> = { ...variables }
  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue
    for (const { variable, type } of node.variableDefinitions ?? []) {
      const name = variable.name.value
      const named = schema.getType(namedType(type).name.value)
      if (Object.hasOwn(known, name)) boundedLists(known[name], name)
      if (Object.hasOwn(known, name) && isInputObjectType(named))
        known[name] = knownFields(known[name], named, unknown)
    }
  }
  return known
}

/** Resolvers handle each item on its own. */
function boundedLists(value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value) && value.length > MAX_ITEMS)
    throw new Problem(
      'too-large',
      'too-many-items',
      `the variable ${path} has ${value.length} items; send at most ${MAX_ITEMS} in a request`,
    )
  for (const [name, inner] of Object.entries(value)) boundedLists(inner, `${path}.${name}`)
}

/** Before the parser, which calls itself for each level. */
function boundedNesting(text: string): void {
  const lexer = new Lexer(new Source(text))
  let depth = 0
  for (let tokens = 0; lexer.advance().kind !== TokenKind.EOF; tokens++) {
    if (tokens > MAX_TOKENS) throw new GraphQLError(`a document may have at most ${MAX_TOKENS} tokens`)
    const { kind } = lexer.token
    if (OPENING.has(kind) && ++depth > MAX_NESTING)
      throw new GraphQLError(`brackets may be nested at most ${MAX_NESTING} deep`)
    if (CLOSING.has(kind)) depth--
  }
}

function knownFields(value: unknown, type: GraphQLInputObjectType, unknown: Set<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => knownFields(item, type, unknown))
  if (typeof value !== 'object' || value === null) return value
  const fields = type.getFields()
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined
      if (!field) {
        if (inner !== null && inner !== undefined) unknown.add(`${type.name}.${name}`)
        return []
      }
      const named = getNamedType(field.type)
      return [[name, isInputObjectType(named) ? knownFields(inner, named, unknown) : inner]]
    }),
  )
}

/** Mutations of members, which the service does not have. */
const MEMBERS: ReadonlySet<string> = new Set([
  'createProjectMembers',
  'deleteProjectMembers',
  'updateProjectMember',
  'updateProjectTeamMember',
])

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
          MEMBERS.has(field.name.value)
            ? 'registries have no members here: every key of the entity reads and changes its registries'
            : `the mutation ${field.name.value} is not supported; see docs/wandb.md for what is`,
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
  let introspections = 0
  const walk = (set: SelectionSetNode | undefined, depth: number): void => {
    if (depth > MAX_DEPTH) throw new GraphQLError(`fields may be nested at most ${MAX_DEPTH} deep`)
    for (const selection of set?.selections ?? []) {
      if (++selections > MAX_SELECTIONS)
        throw new GraphQLError(`a document may have at most ${MAX_SELECTIONS} selections, fragments expanded`)
      if (selection.kind === Kind.FIELD) {
        if (/^__(schema|type)$/.test(selection.name.value) && ++introspections > MAX_INTROSPECTIONS)
          throw new GraphQLError(`a document may ask for at most ${MAX_INTROSPECTIONS} types`)
        walk((selection satisfies FieldNode).selectionSet, depth + 1)
      } else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet, depth)
      else walk(fragments.get(selection.name.value), depth)
    }
  }
  for (const node of document.definitions)
    if (node.kind === Kind.OPERATION_DEFINITION) walk(node.selectionSet, 0)
}

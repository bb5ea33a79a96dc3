import {
  type DocumentNode,
  type GraphQLSchema,
  isCompositeType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'

/**
 * The fields, arguments and types of a document that the schema lacks, such as `Run.newField` or `Project.sweeps(newArgument)`. What lies
 * inside an unknown field is not listed.
 */
export function unknownParts(schema: GraphQLSchema, document: DocumentNode): readonly string[] {
  const found = new Set<string>()
  const info = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(info, {
      Field(node) {
        const parent = info.getParentType()
        if (parent && !info.getFieldDef() && !node.name.value.startsWith('__'))
          found.add(`${parent.name}.${node.name.value}`)
      },
      Argument(node) {
        const [parent, field] = [info.getParentType(), info.getFieldDef()]
        if (parent && field && !info.getArgument())
          found.add(`${parent.name}.${field.name}(${node.name.value})`)
      },
      InlineFragment: (node) => named(node.typeCondition?.name.value),
      FragmentDefinition: (node) => named(node.typeCondition.name.value),
    }),
  )
  return [...found]

  function named(type: string | undefined): void {
    if (type !== undefined && !isCompositeType(schema.getType(type))) found.add(type)
  }
}

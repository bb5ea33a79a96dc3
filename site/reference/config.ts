/** The reference of the sweep config, out of its JSON Schema. */
import { sweepJsonSchema } from '@chimney/core/schema/sweep-json-schema'
import { anchorOf } from '../anchor.ts'
import { plain, type Schema, tableOf, typeOf } from './schema.ts'

const linkTo = (ref: string) => {
  const name = ref.split('/').at(-1)!
  return `[${name}](#${anchorOf(name)})`
}

export function configPage(): string {
  const { $defs, ...root } = sweepJsonSchema() as Schema & {
    readonly $defs: Readonly<Record<string, Schema>>
  }
  const parts = Object.entries($defs).map(([name, schema]) => {
    const alternatives = (schema.oneOf ?? schema.anyOf ?? []).filter(({ properties }) => properties)
    const sections = alternatives.map(
      (one) => `### ${one.title ?? name}\n\n${plain(one.description ?? '')}\n\n${tableOf(one, linkTo)}`,
    )
    const others = sections.length === 0 && !schema.properties ? `${typeOf(schema, linkTo)}\n` : ''
    return `## ${name}\n\n${plain(schema.description ?? '')}\n\n${tableOf(schema, linkTo)}${others}${sections.join('\n')}`
  })
  return `# Keys of the sweep config

Every key that a sweep config may have, from the JSON Schema that the service checks configs with (\`GET /sweep.schema.json\`). How
configs are read is described in [sweep config](/sweep-config.md).

${tableOf(root, linkTo)}
${parts.join('\n')}`
}

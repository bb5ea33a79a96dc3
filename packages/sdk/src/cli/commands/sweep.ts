import { readFile } from 'node:fs/promises'
import { type Command, UsageError } from '../command.ts'

export const sweep: Command = {
  name: 'sweep',
  usage: 'FILE [--project NAME] [--name TEXT]',
  summary: 'Create a sweep from a config file, YAML or JSON, as W&B has it.',
  details:
    'The file is sent as it is; - reads standard input. The project is that of --project, of the file, of\nCHIMNEY_PROJECT, or "uncategorized"; it is made if it is new.',
  options: { name: { type: 'string', value: 'TEXT', help: 'the name that pages show' } },
  examples: [
    'chimney sweep sweep.yaml',
    'chimney sweep sweep.yaml --project digits --name "learning rates"',
    'chimney sweep --json sweep.yaml | jq -r .path',
  ],
  arity: [1, 1],
  run: async ({ io, words, json, text, client: connect }) => {
    const [file = ''] = words
    const source = await read(file, io.readStdin)
    const client = connect()
    const created = await client.createSweep(source, { entity: text('entity'), project: text('project') })
    const name = text('name')
    if (name !== undefined) await client.updateSweep(created.path, { name })
    if (json) {
      io.out(`${JSON.stringify(created, null, 2)}\n`)
      return 0
    }
    for (const warning of created.warnings) io.err(`warning: ${warning}\n`)
    io.out(
      [
        `Created sweep ${created.path}`,
        `  page    ${created.url}`,
        `  agent   chimney agent ${created.path}`,
        `  watch   chimney watch ${created.path}`,
        '',
      ].join('\n'),
    )
    return 0
  },
}

const read = async (file: string, readStdin: () => Promise<string>): Promise<string> => {
  if (file === '-') return readStdin()
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : error}`)
  }
}

import type { Command } from 'commander'
import { type CommonFlags, type Shell, subcommand, toJson } from '../shell.ts'
import { renderTable } from '../text/table.ts'

export const addEntities = (program: Command, shell: Shell): void => {
  const entities = program
    .command('entities')
    .summary('List and create the entities of the deployment.')
    .description(
      'List and create the entities of the deployment, such as one per team. Keys, projects, sweeps and runs of an entity are not visible to others.\n\nNeeds an admin key of the entity of the first key.',
    )
    .addHelpText('after', () => '\nExamples:\n  chimney entities list\n  chimney entities create team-b')
  addList(entities, shell)
  addCreate(entities, shell)
}

const addList = (entities: Command, { io, client }: Shell): void => {
  subcommand(entities, 'list', {
    summary: 'List the entities.',
    examples: ['chimney entities list'],
  }).action(async (flags: CommonFlags) => {
    const items = await client(flags).listEntities()
    const rows = items.map(({ name, operator, created_at }) => [
      name,
      operator ? 'operator' : '',
      created_at ?? 'with the deployment',
    ])
    const table = () => renderTable(['entity', 'role', 'created'], rows, { hasColors: io.hasColors })
    io.out(flags.json ? toJson(items) : `${table()}\n`)
  })
}

const addCreate = (entities: Command, { io, client }: Shell): void => {
  subcommand(entities, 'create', {
    summary: 'Create an entity and print its first admin key.',
    details:
      'The key is shown once and goes to standard output. Its holder signs in with it and creates all other keys of the entity: chimney keys create. If it is lost, create another one: chimney keys create NAME --scope admin --entity ENTITY.',
    examples: ['chimney entities create team-b'],
  })
    .argument('<name>', 'name of the entity')
    .action(async (name: string, flags: CommonFlags) => {
      const created = await client(flags).createEntity(name)
      if (flags.json) {
        io.out(toJson(created))
        return
      }
      io.err(`Created entity ${name}. Its first admin key is shown only once:\n`)
      io.out(`${created.key.key}\n`)
    })
}

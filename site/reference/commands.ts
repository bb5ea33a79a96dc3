/** The reference of the `chimney` command, out of the definitions that print its help. */
import { buildProgram } from '@chimney/sdk/cli/program'
import { plain } from './schema.ts'

type Command = ReturnType<typeof buildProgram>
const unused = () => {
  throw new Error('the reference calls no command')
}
const shell: Parameters<typeof buildProgram>[0] = {
  io: {
    out: unused,
    err: unused,
    isTty: false,
    columns: () => 100,
    env: {},
    readStdin: unused,
    askSecret: unused,
  },
  client: unused,
  exit: unused,
}

export function commandsPage(): string {
  const program = buildProgram(shell)
  return `# chimney commands

The commands of the package \`@chimney/sdk\`. In the repository run them as \`npx @chimney/sdk COMMAND\`.

\`<sweep>\` is a path \`ENTITY/PROJECT/SWEEP\`. \`--entity\` and \`--project\`, \`CHIMNEY_ENTITY\` and \`CHIMNEY_PROJECT\`, or the login supply
missing leading parts. \`CHIMNEY_URL\` and \`CHIMNEY_API_KEY\`, or the login, supply the server and the key. Exit codes: 0 success, 1
failure, 2 wrong usage.

${listed(program)
  .flatMap((command) => sections(command, 'chimney', 2))
  .join('\n\n')}
`
}

/** The commands that \`--help\` lists, without \`help\`. */
const listed = (command: Command): readonly Command[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help')

function sections(command: Command, parent: string, level: number): string[] {
  const name = `${parent} ${command.name()}`
  const help = command.createHelp()
  const rows = help
    .visibleOptions(command)
    .map((option) => `| \`${plain(help.optionTerm(option))}\` | ${plain(help.optionDescription(option))} |`)
  const own = [
    `${'#'.repeat(level)} ${name}`,
    `\`\`\`text\n${name} ${command.usage()}\n\`\`\``,
    paragraphs(command.description()),
    ['| Option | Meaning |', '|---|---|', ...rows].join('\n'),
  ].join('\n\n')
  return [own, ...listed(command).flatMap((one) => sections(one, name, level + 1))]
}

/** Indented lines of a description are printed as they are. */
const paragraphs = (text: string): string =>
  text
    .split(/((?:^ {2}.*\n?)+)/m)
    .map((part, at) =>
      at % 2 ? `\n\`\`\`text\n${part.replaceAll(/^ {2}/gm, '').trimEnd()}\n\`\`\`\n` : plainLines(part),
    )
    .join('')
const plainLines = (text: string) =>
  text
    .split('\n')
    .map((line) => plain(line).replaceAll('\\|', '|'))
    .join('\n')

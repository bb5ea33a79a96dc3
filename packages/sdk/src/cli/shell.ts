import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Chimney, type ChimneyOptions, chimney } from '../client.ts'
import type { Io } from './io.ts'

/** Wrong use of the command line: exit code 2. */
export class UsageError extends Error {}

/** What commands share: streams, the client, and the exit code. */
export interface Shell {
  readonly io: Io
  readonly client: (options: ConnectionFlags, more?: ChimneyOptions) => Chimney
  readonly exit: (code: number) => void
}

export interface ConnectionFlags {
  readonly url?: string
  readonly entity?: string
  readonly project?: string
}

/** Values of {@link withCommonOptions}. */
export interface CommonFlags extends ConnectionFlags {
  readonly json?: true
}

/** Retry limit of interactive commands, ms. */
const RETRY_MS = 10_000

export const createClient = ({ url, entity, project }: ConnectionFlags, more?: ChimneyOptions): Chimney =>
  chimney({ url, entity, project, retryForMs: RETRY_MS, ...more })

/** The option of commands that call the server. */
const connectionOptions = () => [
  new Option('--url <url>', 'server (default: CHIMNEY_URL, the login, http://localhost:8787)'),
  new Option('--entity <name>', 'owner of the project (default: CHIMNEY_ENTITY, the login, the key)'),
  new Option('-p, --project <name>', 'project (default: CHIMNEY_PROJECT)'),
]
const jsonOption = () => new Option('--json', 'print JSON')

export const withCommonOptions = (command: Command): Command => {
  for (const option of [...connectionOptions(), jsonOption()]) command.addOption(option)
  return command
}

export interface CommandTexts {
  /** One line in the list of commands. */
  readonly summary: string
  /** Further paragraphs of the help. */
  readonly details?: string
  readonly examples: readonly string[]
}

/** A subcommand with help. Its arguments, options and action follow. */
export const localSubcommand = (
  parent: Command,
  name: string,
  { summary, details, examples }: CommandTexts,
): Command =>
  parent
    .command(name)
    .summary(summary)
    .description(details === undefined ? summary : `${summary}\n\n${details}`)
    .addHelpText('after', () => `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`)

/** As {@link localSubcommand}, with the common options. */
export const subcommand = (parent: Command, name: string, texts: CommandTexts): Command =>
  withCommonOptions(localSubcommand(parent, name, texts))

/** Parser of an integer from `min`. */
export const integer = (min: number) => (text: string) => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < min)
    throw new InvalidArgumentError(`It must be an integer ≥ ${min}.`)
  return value
}

export const positiveNumber = (text: string) => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('It must be a number > 0.')
  return value
}

export const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

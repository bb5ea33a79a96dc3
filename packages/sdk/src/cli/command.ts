import { type ParseArgsConfig, parseArgs } from 'node:util'
import { type Chimney, chimney } from '../client.ts'
import type { ChimneyOptions } from '../connect.ts'

/** Where a command reads from and writes to. */
export interface Io {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether `out` is a terminal, and how wide. */
  readonly isTty: boolean
  readonly columns: () => number
  readonly env: Readonly<Record<string, string | undefined>>
  /** All of standard input. */
  readonly readStdin: () => Promise<string>
  /** Asks a person for a line that is not shown; undefined when there is no terminal. */
  readonly askSecret: (question: string) => Promise<string | undefined>
}

type OptionSpec = NonNullable<ParseArgsConfig['options']>[string] & {
  readonly help: string
  readonly value?: string
}

export interface Command {
  readonly name: string
  /** What follows the name, for the help: `PATH [--count N]`. */
  readonly usage: string
  readonly summary: string
  /** More about it: a paragraph or two. */
  readonly details?: string
  readonly options?: Readonly<Record<string, OptionSpec>>
  readonly examples: readonly string[]
  /** Least and most words after the name. */
  readonly arity: readonly [number, number]
  /** Gives the exit code. */
  readonly run: (call: Call) => Promise<number>
}

export interface Call {
  readonly io: Io
  readonly words: readonly string[]
  readonly json: boolean
  readonly text: (option: string) => string | undefined
  readonly flag: (option: string) => boolean
  /** A whole number from `least` on. */
  readonly count: (option: string, least: number) => number | undefined
  readonly client: (more?: ChimneyOptions) => Chimney
}

/** Wrong use of the command line: exit code 2. */
export class UsageError extends Error {}

const COMMON: Readonly<Record<string, OptionSpec>> = {
  url: {
    type: 'string',
    value: 'URL',
    help: 'the server (default: CHIMNEY_URL, the login, http://localhost:8787)',
  },
  entity: {
    type: 'string',
    value: 'NAME',
    help: 'owner of the project (default: CHIMNEY_ENTITY, the login, the key)',
  },
  project: { type: 'string', short: 'p', value: 'NAME', help: 'project (default: CHIMNEY_PROJECT)' },
  json: { type: 'boolean', help: 'write JSON for programs to standard output' },
  help: { type: 'boolean', short: 'h', help: 'show this' },
}

/** How long a person at a prompt waits for a server that does not answer, ms. Agents are more patient. */
const PROMPT_RETRY_MS = 10_000

/** Reads the words after a command's name. Undefined when they ask for help. */
export const readCall = (command: Command, words: readonly string[], io: Io): Call | undefined => {
  const options = { ...COMMON, ...command.options }
  let parsed: { values: Record<string, unknown>; positionals: string[] }
  try {
    parsed = parseArgs({ args: [...words], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
  const { values, positionals } = parsed
  if (values.help) return undefined
  const [least, most] = command.arity
  if (positionals.length < least || positionals.length > most)
    throw new UsageError(
      positionals.length < least
        ? `${command.name} needs more words: chimney ${command.name} ${command.usage}`
        : `"${positionals[most]}" is one word too many: chimney ${command.name} ${command.usage}`,
    )
  const text = (option: string) => values[option] as string | undefined
  return {
    io,
    words: positionals,
    json: values.json === true,
    text,
    flag: (option) => values[option] === true,
    count: (option, least) => {
      const given = text(option)
      if (given === undefined) return undefined
      const number = Number(given)
      if (!/^\d+$/.test(given) || !Number.isSafeInteger(number) || number < least)
        throw new UsageError(`--${option} must be a whole number from ${least}, not "${given}"`)
      return number
    },
    client: (more) =>
      chimney({
        url: text('url'),
        entity: text('entity'),
        project: text('project'),
        retryForMs: PROMPT_RETRY_MS,
        ...more,
      }),
  }
}

export const helpOf = (command: Command): string => {
  const options = Object.entries({ ...command.options, ...COMMON }).map(
    ([name, { short, value, help }]): [string, string] => [
      `${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`,
      help,
    ],
  )
  const width = Math.max(...options.map(([left]) => left.length))
  return [
    `${command.summary}`,
    '',
    `usage: chimney ${command.name} ${command.usage}`,
    ...(command.details ? ['', command.details] : []),
    '',
    'options:',
    ...options.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    '',
    'examples:',
    ...command.examples.map((example) => `  ${example}`),
    '',
  ].join('\n')
}

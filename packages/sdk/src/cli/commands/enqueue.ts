import type { Command } from 'commander'
import { type CommonFlags, type Shell, subcommand, toJson, UsageError } from '../shell.ts'
import { printable } from '../text/values.ts'

export const addEnqueue = (program: Command, { io, client: connect }: Shell): void => {
  subcommand(program, 'enqueue', {
    summary: 'Enqueue a trial with these parameters. The next free agent runs it.',
    details: `A value is read as JSON, and as text if it is none: lr=0.1 is a number, name=adam a text, id='"1"' the text 1. Dots lead into groups: opt.lr=0.1 is {"opt": {"lr": 0.1}}. Parameters that are left out are drawn given the others.`,
    examples: [
      'chimney enqueue digits/abc123de lr=0.01 opt.name=adam',
      `chimney enqueue digits/abc123de --params '{"opt": {"lr": 0.1}}'`,
    ],
  })
    .argument('<sweep>')
    .argument('[name=value...]', 'parameters')
    .option('--params <json>', 'parameters as a JSON object')
    .action(async (path: string, words: readonly string[], flags: CommonFlags & { params?: string }) => {
      const params = paramsOf(words, flags.params)
      const trial = await connect(flags).enqueue(path, params)
      io.out(
        flags.json
          ? toJson(trial)
          : `Trial #${trial.number} (run ${printable(trial.run)}) is enqueued. The next free agent runs it.\n`,
      )
    })
}

type Group = { [name: string]: unknown }

const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function paramsOf(words: readonly string[], json: string | undefined): Group {
  const params = json === undefined ? newGroup() : objectOf(json)
  for (const word of words) {
    const at = word.indexOf('=')
    if (at < 1) throw new UsageError(`'${word}' has no value: write ${at < 0 ? word : 'NAME'}=VALUE`)
    put(params, word.slice(0, at), readValue(word.slice(at + 1)))
  }
  return params
}

/** Without a prototype, so that every name is a key. */
const newGroup = (): Group => Object.create(null)

function objectOf(text: string): Group {
  const value = readValue(text)
  if (!isGroup(value)) throw new UsageError('--params must be a JSON object, for example {"lr": 0.1}')
  return Object.assign(newGroup(), value)
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function put(params: Group, name: string, value: unknown): void {
  const path = name.split('.')
  let group = params
  for (const key of path.slice(0, -1)) {
    if (!Object.hasOwn(group, key)) group[key] = newGroup()
    const inner = group[key]
    if (!isGroup(inner)) throw twice(name)
    group = inner
  }
  const last = path[path.length - 1]!
  if (Object.hasOwn(group, last)) throw twice(name)
  group[last] = value
}

const twice = (name: string) => new UsageError(`${name} is given twice: give each parameter once`)

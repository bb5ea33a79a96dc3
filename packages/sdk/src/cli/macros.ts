// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} are W&B's macros
import { encode } from '../encode.ts'
import { pythonText } from './python.ts'

export interface MacroInput {
  /** `program` of the sweep config. */
  readonly program: string | undefined
  readonly params: Readonly<Record<string, unknown>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Replaces `${interpreter}`. */
  readonly interpreter: string
  /** Path of a JSON file with the parameters, written by the caller. */
  readonly argsJsonFile: string
  readonly platform: NodeJS.Platform
}

const ENVVAR = /\$\{envvar:([A-Z0-9_]*)\}/g
const MACRO = /^\$\{(.*)\}$/s

/**
 * Expands W&B's command macros. A macro must be a whole word, except `${envvar:NAME}`, which also works inside a word and
 * expands to the name if the variable is not set. Unknown macros expand to nothing. Parameters are sorted by name, and
 * formatted as in Python (`True`, `1e-05`).
 */
export const expandCommand = (command: readonly unknown[], input: MacroInput): string[] =>
  command.flatMap((word) => {
    const text = pythonText(word).replaceAll(ENVVAR, (_, name: string) => input.env[name] ?? name)
    // Matches the original word, so that values of variables are not expanded.
    const macro = MACRO.exec(pythonText(word))?.[1]
    return macro === undefined || macro.startsWith('envvar:') ? [text] : expand(macro, input)
  })

const expand = (macro: string, input: MacroInput): readonly string[] => {
  const params = sorted(input.params)
  const each = (form: (name: string, value: string) => readonly string[]) =>
    params.flatMap(([name, value]) => form(name, pythonText(value)))
  switch (macro) {
    case 'env':
      return input.platform === 'win32' ? [] : ['/usr/bin/env']
    case 'interpreter':
      return [input.interpreter]
    case 'program':
      return input.program === undefined ? [] : [input.program]
    case 'args':
      return each((name, value) => [`--${name}=${value}`])
    case 'args_no_equals':
      return each((name, value) => [`--${name}`, value])
    case 'args_no_hyphens':
      return each((name, value) => [`${name}=${value}`])
    case 'args_append_hydra':
      return each((name, value) => [`+${name}=${value}`])
    case 'args_override_hydra':
      return each((name, value) => [`++${name}=${value}`])
    case 'args_no_boolean_flags':
      return params.flatMap(([name, value]) =>
        value === true ? [`--${name}`] : value === false ? [] : [`--${name}=${pythonText(value)}`],
      )
    case 'args_json':
      return [encode(Object.fromEntries(params))]
    case 'args_json_file':
      return [input.argsJsonFile]
    default:
      return []
  }
}

const sorted = (params: MacroInput['params']) =>
  Object.entries(params).sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))

const WANDB_DEFAULT = ['${env}', '${interpreter}', '${program}', '${args}'] as const

/**
 * The `command` of a sweep, or one for its `program`: Python for `.py` and names without an extension (W&B's default),
 * node for `.js`, `.mjs` and `.cjs`, tsx for `.ts` and `.mts`, and the program itself for others. Undefined without both.
 */
export const commandOf = (config: {
  command?: unknown
  program?: unknown
}): readonly unknown[] | undefined => {
  if (Array.isArray(config.command) && config.command.length > 0) return config.command
  if (typeof config.program !== 'string' || config.program === '') return undefined
  const ending = /\.([A-Za-z0-9]+)$/.exec(config.program)?.[1]?.toLowerCase()
  if (ending === undefined || ending === 'py') return WANDB_DEFAULT
  if (ending === 'js' || ending === 'mjs' || ending === 'cjs') return ['node', '${program}', '${args}']
  if (ending === 'ts' || ending === 'mts') return ['npx', '--no-install', 'tsx', '${program}', '${args}']
  return [config.program.includes('/') ? '${program}' : `./${config.program}`, '${args}']
}

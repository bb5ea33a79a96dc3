import { flatten } from './trial-table.ts'

/** Forms in which people take parameters along. */
export const FORMS = ['YAML', 'JSON', 'command line', 'Python'] as const
export type Form = (typeof FORMS)[number]
type Params = Readonly<Record<string, unknown>>

/** The parameters with all digits, in one of the forms; nested ones are dotted names on a command line. */
export function paramsText(params: Params, form: Form): string {
  switch (form) {
    case 'JSON':
      return jsonText(params)
    case 'YAML':
      // Flow values of YAML are JSON.
      return Object.entries(params)
        .map(
          ([name, value]) =>
            `${/^[A-Za-z_][\w.-]*$/.test(name) ? name : JSON.stringify(name)}: ${jsonText(value)}\n`,
        )
        .join('')
    case 'command line':
      return Object.entries(flatten(params))
        .map(([name, value]) => shellText(`--${name}=${typeof value === 'string' ? value : jsonText(value)}`))
        .join(' ')
    case 'Python':
      return pythonText(params)
  }
}

/** Pages hold integers beyond 2^53 as text, see `readJson`. */
export const isLongInteger = (value: unknown): value is string =>
  typeof value === 'string' && /^-?[1-9]\d{15,}$/.test(value) && !Number.isSafeInteger(Number(value))

const jsonText = (value: unknown): string => textOf(value, { true: 'true', false: 'false', null: 'null' })
const pythonText = (value: unknown): string => textOf(value, { true: 'True', false: 'False', null: 'None' })

function textOf(value: unknown, words: Readonly<Record<'true' | 'false' | 'null', string>>): string {
  if (value === null || value === undefined) return words.null
  if (typeof value === 'boolean') return value ? words.true : words.false
  if (isLongInteger(value)) return value
  if (Array.isArray(value)) return `[${value.map((each) => textOf(each, words)).join(', ')}]`
  if (typeof value !== 'object') return JSON.stringify(value)
  const pairs = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${textOf(each, words)}`)
  return `{${pairs.join(', ')}}`
}

/** POSIX quotes where a shell would split or expand. */
const shellText = (text: string): string =>
  /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/** The words of `npm start -- …`. Plain JavaScript without dependencies, since it comes before the build. */
import { parseArgs } from 'node:util'

/** Options and the variables that they set, as those of `chimney up`. */
const OPTIONS = [
  { name: 'port', value: '<n>', variable: 'PORT', text: 'port (default: PORT, 8787)' },
  {
    name: 'host',
    value: '<address>',
    variable: 'HOST',
    text: 'address to listen on (default: HOST, 127.0.0.1)',
  },
  {
    name: 'data',
    value: '<folder>',
    variable: 'CHIMNEY_DATA',
    text: 'data folder (default: CHIMNEY_DATA, .chimney)',
  },
]

/** @type {readonly (readonly [name: string, text: string])[]} */
export const VARIABLES = [
  ['HOST, PORT', 'where it listens (127.0.0.1, 8787); HOST=0.0.0.0 for other machines'],
  ['CHIMNEY_PUBLIC_URL', 'address in links and uploads (the one that each client uses)'],
  ['CHIMNEY_TRUST_PROXY', '0: ignore X-Forwarded-Proto, -Host and -Prefix (1)'],
  ['CHIMNEY_DATA', 'data folder, one process at a time (.chimney)'],
  ['CHIMNEY_API_KEY', 'API key (made and kept in the data folder)'],
  ['CHIMNEY_ENTITY', 'entity of the key (local)'],
  ['CHIMNEY_DAMAGED_TABLES', 'open: start with damaged tables (refuse)'],
  ['CHIMNEY_LEASE_SECONDS', 'time without a heartbeat after which a trial is queued again (300)'],
  ['CHIMNEY_SEARCH_THREADS', 'most threads that compute suggestions (cores less one, 1 to 4)'],
  ['CHIMNEY_DASHBOARD', 'off: do not build the dashboard (on)'],
  ['CHIMNEY_LOG', 'json: log lines as in the cloud (text)'],
  ['CHIMNEY_WEBHOOKS_ALLOW_PRIVATE', '1: webhooks of private networks and http: (0)'],
  ['CHIMNEY_STRICT', '1: limits of API Gateway and Lambda, no event streams (0)'],
  ['DYNAMODB_ENDPOINT, SQS_ENDPOINT, S3_ENDPOINT', 'servers that replace the embedded ones'],
]

/** @param {readonly (readonly [string, string])[]} rows */
const columns = (rows) =>
  rows
    .map(([name, text]) => `  ${name.padEnd(24)}${name.length > 23 ? `\n${' '.repeat(26)}` : ''}${text}`)
    .join('\n')

export const HELP = `\
Usage: npm start -- [options]

Start the service on this machine, with its dashboard. Prints the address and the key, and runs until Ctrl-C.

Options:
${columns([
  ...OPTIONS.map(({ name, value, text }) => /** @type {const} */ ([`--${name} ${value}`, text])),
  ['-h, --help', 'print this help'],
])}

Environment variables:
${columns(VARIABLES)}

More: docs/server.md`

/**
 * What the words ask for: a text to print and an exit code, or the variables to set.
 * @param {readonly string[]} words
 * @returns {{ readonly text: string, readonly exitCode: 0 | 2 } | { readonly variables: Readonly<Record<string, string>> }}
 */
export function readWords(words) {
  const text = /** @type {const} */ ({ type: 'string' })
  try {
    const { values } = parseArgs({
      args: [...words],
      options: { port: text, host: text, data: text, help: { type: 'boolean', short: 'h' } },
    })
    if (values.help) return { text: HELP, exitCode: 0 }
    /** @type {Record<string, string>} */
    const variables = {}
    for (const { name, variable } of OPTIONS) {
      const value = values[/** @type {'port' | 'host' | 'data'} */ (name)]
      if (value !== undefined) variables[variable] = value
    }
    return { variables }
  } catch (error) {
    const { message } = /** @type {Error} */ (error)
    return { text: `${message.split('. ')[0]}. Options are listed by: npm start -- --help`, exitCode: 2 }
  }
}

import { KEY_SCOPES, type KeyScope } from '@chimney/core/schema/key-scope'
import type { KeyCreated } from '../../answers.ts'
import { type Command, UsageError } from '../command.ts'
import { renderTable } from '../render.ts'

const DAY_MS = 24 * 60 * 60_000

const scopeIn = (word: string): KeyScope => {
  const scope = KEY_SCOPES.find((one) => one === word)
  if (scope) return scope
  throw new UsageError(`--scope must be one of ${KEY_SCOPES.join(', ')}, not "${word}"`)
}

export const keys: Command = {
  name: 'keys',
  usage:
    'list | create [NAME] [--scope S] [--days N] [--per-minute N] | rotate ID [--grace-hours N] | revoke ID',
  summary: 'List, make, rotate and revoke API keys of your entity.',
  details:
    'A new key is shown once and cannot be read again. Scopes, each with what those before it may do: read (look),\ningest (what agents and training code do), write (make and change sweeps), admin (keys, and operating the\ndeployment). A rotated key goes on working for a day; a revoked one stops within half a minute.',
  options: {
    scope: { type: 'string', value: 'SCOPE', help: 'read, ingest, write (default) or admin' },
    days: { type: 'string', value: 'N', help: 'the new key stops working after so many days' },
    'per-minute': { type: 'string', value: 'N', help: 'how many requests a minute the new key may send' },
    'grace-hours': {
      type: 'string',
      value: 'N',
      help: 'how long a rotated key goes on working (default 24)',
    },
  },
  examples: [
    'chimney keys list',
    'chimney keys create laptop',
    'chimney keys create ci --scope ingest --days 90',
    'chimney keys rotate k3y1d --grace-hours 1',
    'chimney keys revoke k3y1d',
  ],
  arity: [1, 2],
  run: async ({ io, words: [verb, word], json, text, count, client: connect }) => {
    const client = connect()
    const show = (made: KeyCreated) => {
      if (!json)
        io.err(
          `Key ${made.id} (${made.name}, ${made.scope}) of ${made.entity}; it will not be shown again:\n`,
        )
      io.out(json ? `${JSON.stringify(made, null, 2)}\n` : `${made.key}\n`)
    }
    if (verb === 'list' && word === undefined) {
      const items = await client.listKeys()
      io.out(
        json
          ? `${JSON.stringify(items, null, 2)}\n`
          : `${renderTable(
              ['id', 'name', 'scope', 'created', 'last used', 'expires'],
              items.map((key) => [
                key.id,
                key.name,
                key.scope,
                key.created_at,
                key.last_used_at ?? 'never',
                key.expires_at ?? 'never',
              ]),
            )}\n`,
      )
    } else if (verb === 'create') {
      const days = count('days', 1)
      const perMinute = count('per-minute', 1)
      show(
        await client.createKey(word ?? 'key', {
          scope: scopeIn(text('scope') ?? 'write'),
          ...(days !== undefined && { expires_at: new Date(Date.now() + days * DAY_MS).toISOString() }),
          ...(perMinute !== undefined && { requests_per_minute: perMinute }),
        }),
      )
    } else if (verb === 'rotate' && word !== undefined) {
      const hours = count('grace-hours', 0)
      show(await client.rotateKey(word, hours === undefined ? undefined : hours * 3600))
    } else if (verb === 'revoke' && word !== undefined) {
      await client.revokeKey(word)
      io.out(json ? `${JSON.stringify({ id: word, revoked: true })}\n` : `Key ${word} is revoked.\n`)
    } else throw new UsageError('keys needs one of: list, create [NAME], rotate ID, revoke ID')
    return 0
  },
}

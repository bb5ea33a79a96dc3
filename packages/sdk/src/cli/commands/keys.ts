import type { KeyCreated } from '@chimney/core/schema/api/keys'
import { KEY_SCOPES, type KeyScope } from '@chimney/core/schema/key-scope'
import { type Command, Option } from 'commander'
import { type CommonFlags, integer, type Shell, subcommand, toJson } from '../shell.ts'
import { renderTable } from '../text/table.ts'

const DAY_MS = 24 * 60 * 60_000

export const addKeys = (program: Command, shell: Shell): void => {
  const keys = program
    .command('keys')
    .summary('List, create, rotate and revoke API keys of your entity.')
    .description(
      'List, create, rotate and revoke API keys of your entity.\n\nA new key is shown once. Scopes, each including those before it: read (view), ingest (agents and training code), write (create and change sweeps), admin (keys and operation of the deployment).',
    )
    .addHelpText(
      'after',
      () => '\nExamples:\n  chimney keys list\n  chimney keys create ci --scope ingest --days 90',
    )
  addList(keys, shell)
  addCreate(keys, shell)
  addRotate(keys, shell)
  addRevoke(keys, shell)
}

const addList = (keys: Command, { io, client }: Shell): void => {
  subcommand(keys, 'list', {
    summary: 'List the keys of your entity.',
    examples: ['chimney keys list'],
  }).action(async (flags: CommonFlags) => {
    const items = await client(flags).listKeys()
    const table = () =>
      renderTable(
        ['id', 'name', 'scope', 'created', 'last used', 'expires'],
        items.map((key) => [
          key.id,
          key.name,
          key.scope,
          key.created_at,
          key.last_used_at ?? 'never',
          key.expires_at ?? 'never',
        ]),
        { hasColors: io.hasColors },
      )
    io.out(flags.json ? toJson(items) : `${table()}\n`)
  })
}

const addCreate = (keys: Command, shell: Shell): void => {
  subcommand(keys, 'create', {
    summary: 'Create a key.',
    details: 'Operators of the deployment create keys of other entities with --entity.',
    examples: ['chimney keys create laptop', 'chimney keys create ci --scope ingest --days 90'],
  })
    .argument('[name]', 'name of the key', 'key')
    .addOption(new Option('--scope <scope>', 'permissions of the key').choices(KEY_SCOPES).default('write'))
    .addOption(new Option('--days <n>', 'days until the key expires (default: never)').argParser(integer(1)))
    .addOption(new Option('--per-minute <n>', 'rate limit in requests per minute').argParser(integer(1)))
    .action(
      async (name: string, flags: CommonFlags & { scope: KeyScope; days?: number; perMinute?: number }) => {
        const { scope, days, perMinute, entity } = flags
        const created = await shell.client(flags).createKey(name, {
          scope,
          ...(days !== undefined && { expires_at: new Date(Date.now() + days * DAY_MS).toISOString() }),
          ...(perMinute !== undefined && { requests_per_minute: perMinute }),
          ...(entity !== undefined && { entity }),
        })
        printKey(shell, created, flags)
      },
    )
}

const addRotate = (keys: Command, shell: Shell): void => {
  subcommand(keys, 'rotate', {
    summary: 'Replace a key. The old key stays valid for a grace period.',
    examples: ['chimney keys rotate k3y1d --grace-hours 1'],
  })
    .argument('<id>')
    .addOption(
      new Option('--grace-hours <n>', 'hours until the old key expires (default: 24)').argParser(integer(0)),
    )
    .action(async (id: string, flags: CommonFlags & { graceHours?: number }) => {
      const { graceHours } = flags
      const seconds = graceHours === undefined ? undefined : graceHours * 3600
      printKey(shell, await shell.client(flags).rotateKey(id, seconds), flags)
    })
}

const addRevoke = (keys: Command, { io, client }: Shell): void => {
  subcommand(keys, 'revoke', {
    summary: 'Revoke a key. It takes effect within 30 seconds.',
    examples: ['chimney keys revoke k3y1d'],
  })
    .argument('<id>')
    .action(async (id: string, flags: CommonFlags) => {
      await client(flags).revokeKey(id)
      io.out(flags.json ? `${JSON.stringify({ id, revoked: true })}\n` : `Revoked key ${id}.\n`)
    })
}

/** The key goes to standard output, so that scripts can capture it. */
const printKey = ({ io }: Shell, created: KeyCreated, { json }: CommonFlags): void => {
  if (json) {
    io.out(toJson(created))
    return
  }
  const { id, name, scope, entity } = created
  io.err(`Key ${id} (${name}, scope ${scope}) of entity ${entity}. It is shown only once:\n`)
  io.out(`${created.key}\n`)
}

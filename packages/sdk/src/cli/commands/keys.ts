import { type Command, UsageError } from '../command.ts'
import { renderTable } from '../render.ts'

export const keys: Command = {
  name: 'keys',
  usage: 'list | create [NAME] | revoke ID',
  summary: 'List, make and revoke API keys of your entity.',
  details: 'A new key is shown once and cannot be read again. A revoked key stops working within seconds.',
  examples: ['chimney keys list', 'chimney keys create laptop', 'chimney keys revoke k3y1d'],
  arity: [1, 2],
  run: async ({ io, words: [verb, word], json, client: connect }) => {
    const client = connect()
    if (verb === 'list' && word === undefined) {
      const items = await client.listKeys()
      io.out(
        json
          ? `${JSON.stringify(items, null, 2)}\n`
          : `${renderTable(
              ['id', 'name', 'entity', 'created'],
              items.map((key) => [key.id, key.name, key.entity, key.created_at]),
            )}\n`,
      )
    } else if (verb === 'create') {
      const made = await client.createKey(word ?? 'key')
      if (!json) io.err(`Key ${made.id} (${made.name}) of ${made.entity}; it will not be shown again:\n`)
      io.out(json ? `${JSON.stringify(made, null, 2)}\n` : `${made.key}\n`)
    } else if (verb === 'revoke' && word !== undefined) {
      await client.revokeKey(word)
      io.out(json ? `${JSON.stringify({ id: word, revoked: true })}\n` : `Key ${word} is revoked.\n`)
    } else throw new UsageError('keys needs one of: list, create [NAME], revoke ID')
    return 0
  },
}

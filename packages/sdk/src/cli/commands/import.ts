import { batchesOf, standingOf } from '../backup-file.ts'
import { type Command, UsageError } from '../command.ts'

export const importProject: Command = {
  name: 'import',
  usage: 'FILE [PROJECT]',
  summary: 'Put a project back that chimney export --to has written.',
  details:
    'Into the project that is named, or one called as in the file, of whoever the key belongs to. What is there already stays\nas it is, so an import that was interrupted is begun again and goes on. Needs an admin key.',
  options: {},
  examples: ['chimney import digits.backup', 'chimney import digits.backup acme/digits-again'],
  arity: [1, 2],
  run: async ({ io, words: [file = '', into], json, text, client: connect }) => {
    const standing = await standingOf(file)
    if (!standing) throw new UsageError(`there is no backup in ${file}`)
    if (!standing.isWhole)
      throw new UsageError(
        `${file} is cut off; write it to its end first, with the chimney export --to that began it`,
      )
    const client = connect()
    const target = into ?? text('project') ?? standing.of.slice(standing.of.indexOf('/') + 1)
    let written = 0
    let kept = 0
    for await (const items of batchesOf(file)) {
      const told = await client.restore(target, { version: standing.version as 1, items })
      written += told.written
      kept += told.kept
      if (io.isTty) io.err(`\r${written + kept} of ${standing.items} items`)
    }
    if (io.isTty) io.err('\r')
    const { entity, project } = await client.projectAt(target)
    io.out(
      json
        ? `${JSON.stringify({ project: `${entity}/${project}`, written, kept })}\n`
        : `Imported ${standing.of} into ${entity}/${project}: ${written} items were new, ${kept} were there already.\n`,
    )
    return 0
  },
}

import type { Command } from 'commander'
import { batchesOf, readBackupState } from '../backup-file.ts'
import { type CommonFlags, type Shell, subcommand, UsageError } from '../shell.ts'
import { addCsvImport, addOptunaImport } from './import-trials.ts'
import { addWandbImport } from './import-wandb.ts'

export const addImport = (program: Command, shell: Shell): void => {
  const { io, client: connect } = shell
  const command = subcommand(program, 'import', {
    summary: 'Import a project from a file, or sweeps of other tools.',
    details:
      'With a file written by chimney export --to: imports into the named project, or into one with the name in the file, of the entity of the key. Existing items stay unchanged, so an interrupted import can run again. Needs an admin key.',
    examples: ['chimney import digits.backup', 'chimney import digits.backup acme/digits-copy'],
  })
    .argument('<file>')
    .argument('[project]', 'target project')
    .action(async (file: string, into: string | undefined, flags: CommonFlags) => {
      const state = await readBackupState(file)
      if (!state) throw new UsageError(`${file} contains no backup; check the path`)
      if (!state.isComplete)
        throw new UsageError(`${file} is incomplete; run the same chimney export --to again to complete it`)
      const client = connect(flags)
      const target = into ?? flags.project ?? state.of.slice(state.of.indexOf('/') + 1)
      let written = 0
      let kept = 0
      for await (const items of batchesOf(file)) {
        const restored = await client.restore(target, { version: state.version as 1, items })
        written += restored.written
        kept += restored.kept
        if (io.isTty) io.err(`\r${written + kept} of ${state.items} items`)
      }
      if (io.isTty) io.err('\r')
      const { entity, project } = await client.projectAt(target)
      io.out(
        flags.json
          ? `${JSON.stringify({ project: `${entity}/${project}`, written, kept })}\n`
          : `Imported ${state.of} into ${entity}/${project}: ${written} items written, ${kept} already existed.\n`,
      )
    })
  addOptunaImport(command, shell)
  addWandbImport(command, shell)
  addCsvImport(command, shell)
}

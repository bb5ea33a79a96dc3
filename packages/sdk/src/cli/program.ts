import completion from '@bomb.sh/tab/commander'
import { Command } from 'commander'
import pc from 'picocolors'
import manifest from '../../package.json' with { type: 'json' }
import { addAgent } from './commands/agent.ts'
import { addAmendCommands } from './commands/amend.ts'
import { addBackup } from './commands/backup.ts'
import { addBest } from './commands/best.ts'
import { addCost } from './commands/cost.ts'
import { addDoctor } from './commands/doctor.ts'
import { addEnqueue } from './commands/enqueue.ts'
import { addEntities } from './commands/entities.ts'
import { addExport } from './commands/export.ts'
import { addImport } from './commands/import.ts'
import { addKeys } from './commands/keys.ts'
import { addLogin } from './commands/login.ts'
import { addRedrive } from './commands/redrive.ts'
import { addRuns } from './commands/runs.ts'
import { addStateCommands } from './commands/state.ts'
import { addSweep } from './commands/sweep.ts'
import { addUp } from './commands/up.ts'
import { addWatch } from './commands/watch.ts'
import type { Shell } from './shell.ts'

const FOOTER = `
<sweep> is a path ENTITY/PROJECT/SWEEP. --entity and --project, CHIMNEY_ENTITY
and CHIMNEY_PROJECT, or the login supply missing leading parts. CHIMNEY_URL and
CHIMNEY_API_KEY, or the login, supply the server and the key.

Exit codes: 0 success, 1 failure, 2 wrong usage.`

export const buildProgram = (shell: Shell): Command => {
  const { io } = shell
  const colors = pc.createColors(io.hasColors === true)
  const program = new Command('chimney')
    .description('Hyperparameter sweeps from the command line.')
    .version(manifest.version)
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('Run chimney --help for usage.')
    .configureOutput({
      writeOut: io.out,
      writeErr: io.err,
      getOutHelpWidth: io.columns,
      getErrHelpWidth: io.columns,
      getOutHasColors: () => io.hasColors === true,
      getErrHasColors: () => io.hasColors === true,
      outputError: (text, write) => write(text.replace(/^error: /, 'chimney: ')),
    })
    .configureHelp({ styleTitle: colors.bold })
    .addHelpText('after', FOOTER)
  addSweep(program, shell)
  addAgent(program, shell)
  addWatch(program, shell)
  addRuns(program, shell)
  addBest(program, shell)
  addEnqueue(program, shell)
  addStateCommands(program, shell)
  addAmendCommands(program, shell)
  addExport(program, shell)
  addImport(program, shell)
  addLogin(program, shell)
  addKeys(program, shell)
  addEntities(program, shell)
  addUp(program, shell)
  addBackup(program, shell)
  addDoctor(program, shell)
  addRedrive(program, shell)
  addCost(program, shell)
  completion(program, { completionCommandName: 'completion' })
  return program
}

/** Installs what the emulated account needs: the emulator from PyPI, the Node version of the deployed runtime, and the real client. */

import { installRuntimes } from '../lambda/runtimes.ts'
import { prepare } from '../wandb/environments.ts'
import { NEWEST } from '../wandb/flow.ts'
import { installEmulator } from './emulator.ts'

installRuntimes()
installEmulator()
await prepare(NEWEST)

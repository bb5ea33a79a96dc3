import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { settingsOf } from './settings.ts'
import type { Settings } from './stage-file.ts'
import { STAGE_FOLDER } from './stage-folder.ts'

/** The settings of a stage. Throws `SettingsError`. Uses none of the platform's globals, which `app` in `sst.config.ts` lacks. */
export function readSettings(stage: string): Settings {
  const file = `${STAGE_FOLDER}/${stage}.json`
  const path = join(rootOf(process.cwd()), file)
  return settingsOf(stage, file, existsSync(path) ? readFileSync(path, 'utf8') : undefined, process.env)
}

/** The platform may be called in a folder below the root. */
function rootOf(folder: string): string {
  const parent = dirname(folder)
  return existsSync(join(folder, 'sst.config.ts')) || parent === folder ? folder : rootOf(parent)
}

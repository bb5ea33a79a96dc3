import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** `python`, as in W&B; `python3` when only that is on the path. */
export const interpreterOf = (path = ''): string =>
  !isOn(path, 'python') && isOn(path, 'python3') ? 'python3' : 'python'

const isOn = (path: string, name: string): boolean =>
  path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return folder !== ''
    } catch {
      return false
    }
  })

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { AppOptions } from '@chimney/server/http/app-env'
import { mountPages } from '@chimney/server/pages/mount-pages'
import { PAGES, ROOT } from '../process/places.ts'

/** App options that serve the built dashboard. */
export const dashboard = (): AppOptions => ({
  mount: (app, tools) => mountPages(app, tools, { folder: PAGES }),
})

/**
 * In a clone, builds the dashboard if its sources are newer than the last build. Until it exists, pages say so. Resolves with whether a build
 * exists. The build process ends with this one.
 */
export const buildDashboard = (): Promise<boolean> =>
  new Promise((resolve) => {
    if (ROOT === undefined) return resolve(true)
    const child = spawn(process.execPath, [join(ROOT, 'packages/web/scripts/build-if-changed.js')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const kill = () => void child.kill()
    process.once('exit', kill)
    // Without the build tool the service runs without pages.
    child.once('error', () => resolve(false))
    child.once('exit', () => {
      process.off('exit', kill)
      resolve(existsSync(join(PAGES, 'index.html')))
    })
    child.unref()
  })

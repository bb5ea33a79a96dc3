import { execFileSync } from 'node:child_process'

/** Builds the pages unless the build is newer than their sources. Returns their folder, from the root of the repository. */
export function buildDashboard(): string {
  execFileSync('npm', ['run', '--silent', 'build:if-changed', '--workspace', 'packages/web'], {
    cwd: $cli.paths.root,
    // Programs may read the standard output of the command.
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return 'packages/web/dist'
}

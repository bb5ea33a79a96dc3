import { execFileSync } from 'node:child_process'

/** Builds the pages unless a build newer than their sources is there, and answers their folder, from the root of the repository. */
export function buildDashboard(): string {
  execFileSync('npm', ['run', '--silent', 'ready', '--workspace', 'packages/web'], {
    cwd: $cli.paths.root,
    // The standard output may belong to a program that reads it.
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return 'packages/web/dist'
}

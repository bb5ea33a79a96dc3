import { execFileSync } from 'node:child_process'

/** The pages as they are deployed, unless a build of these sources is there. */
export default function build(): void {
  execFileSync('npm', ['run', '--silent', 'ready', '--workspace', 'packages/web'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

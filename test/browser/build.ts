import { execFileSync } from 'node:child_process'

/** Builds the dashboard for production, if its sources have changed. */
export default function build(): void {
  execFileSync('npm', ['run', '--silent', 'build:if-changed', '--workspace', 'packages/web'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

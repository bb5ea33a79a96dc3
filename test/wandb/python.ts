/** Finds a Python that the pinned clients run on. */
import { spawnSync } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** What all pinned versions of the client, and of what they need, have wheels for. */
const WANTED = '3.11'

const CANDIDATES = [
  ...(process.env.PYTHON ? [process.env.PYTHON] : []),
  'python3.11',
  'python3',
  join(homedir(), '.pyenv/shims/python3.11'),
  '/usr/local/bin/python3.11',
  '/usr/bin/python3.11',
]

/** `venv` needs `ensurepip`, which is a separate package in Debian. */
const PROBE = 'import ensurepip, sys, venv; print("%d.%d" % sys.version_info[:2])'

/** The path of a Python 3.11 that can make virtual environments. Throws a sentence that says how to get one. */
export function findPython(): string {
  const seen: string[] = []
  for (const python of new Set(CANDIDATES)) {
    const { status, stdout, stderr, error } = spawnSync(python, ['-c', PROBE], { encoding: 'utf8' })
    const version = (stdout ?? '').trim()
    if (status === 0 && version === WANTED) return python
    const reason = error?.message ?? (version === '' ? stderr.trim().split('\n').at(-1) : `Python ${version}`)
    seen.push(`  ${python}: ${reason}`)
  }
  throw new Error(
    `The real client needs Python ${WANTED} with venv, and none was found:\n${seen.join('\n')}\n` +
      `Install it (Debian: apt-get install python${WANTED} python${WANTED}-venv), or name one in PYTHON.`,
  )
}

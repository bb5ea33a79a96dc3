import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** Stored by `chimney login`. */
export interface Login {
  readonly url: string
  readonly key: string
  readonly entity: string
}

type Env = Readonly<Record<string, string | undefined>>

/** `$XDG_CONFIG_HOME/chimney/login.json`. Default of the variable: `~/.config`. */
export const loginPath = (env: Env = process.env): string =>
  join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'chimney', 'login.json')

/** Undefined without a login, or when the file is not readable. */
export const readLogin = (path = loginPath()): Login | undefined => {
  try {
    const login = JSON.parse(readFileSync(path, 'utf8')) as Partial<Login> | null
    return typeof login?.url === 'string' && typeof login.key === 'string' && typeof login.entity === 'string'
      ? { url: login.url, key: login.key, entity: login.entity }
      : undefined
  } catch {
    return undefined
  }
}

/** Written atomically, and readable by its owner only. */
export const writeLogin = (login: Login, path = loginPath()): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600 })
  chmodSync(temporary, 0o600)
  renameSync(temporary, path)
}

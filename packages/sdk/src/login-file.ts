import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** What `chimney login` remembers. */
export interface Login {
  readonly url: string
  readonly key: string
  readonly entity: string
}

type Env = Readonly<Record<string, string | undefined>>

/** `$XDG_CONFIG_HOME/chimney/login.json`, by default below `~/.config`. */
export const loginPath = (env: Env = process.env): string =>
  join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'chimney', 'login.json')

/** Undefined when nobody logged in here, or the file is not ours to read. */
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

/** Readable by its owner only, from the first byte on; whole or not at all. */
export const writeLogin = (login: Login, path = loginPath()): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const fresh = `${path}.${process.pid}`
  writeFileSync(fresh, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600 })
  chmodSync(fresh, 0o600)
  renameSync(fresh, path)
}

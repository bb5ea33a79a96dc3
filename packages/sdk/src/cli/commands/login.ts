import { chimney } from '../../client.ts'
import { loginPath, readLogin, writeLogin } from '../../login-file.ts'
import { type Command, UsageError } from '../command.ts'

export const login: Command = {
  name: 'login',
  usage: '[URL]',
  summary: 'Check a key and remember it, so that other commands need no environment.',
  details:
    'The key is read from CHIMNEY_API_KEY, from a prompt, or from standard input; never from the command line, where\nother users could see it. It is kept in $XDG_CONFIG_HOME/chimney/login.json (~/.config), readable by you only.',
  examples: ['chimney login https://sweeps.example.com', 'chimney login < key.txt'],
  arity: [0, 1],
  run: async ({ io, words, json, text }) => {
    const url = words[0] ?? text('url') ?? io.env.CHIMNEY_URL ?? readLogin()?.url ?? 'http://localhost:8787'
    if (!/^https?:\/\//.test(url))
      throw new UsageError(`"${url}" is no address: it must begin with http:// or https://`)
    const key = (
      io.env.CHIMNEY_API_KEY ??
      (await io.askSecret(`Key for ${url}: `)) ??
      (await io.readStdin())
    ).trim()
    if (key === '') throw new UsageError('no key was given: set CHIMNEY_API_KEY, type it, or pipe it in')
    const client = chimney({ url, key, retryForMs: 0 })
    const viewer = await client.viewer()
    writeLogin({ url: client.url, key, entity: viewer.entity }, loginPath(io.env))
    io.out(
      json
        ? `${JSON.stringify({ url: client.url, entity: viewer.entity, file: loginPath(io.env) })}\n`
        : `Logged in to ${client.url} as ${viewer.entity}. The key is kept in ${loginPath(io.env)}.\n`,
    )
    return 0
  },
}

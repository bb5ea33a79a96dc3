import type { Command } from 'commander'
import { chimney } from '../../client.ts'
import { loginPath, readLogin, writeLogin } from '../../login-file.ts'
import { type CommonFlags, type Shell, subcommand, UsageError } from '../shell.ts'

export const addLogin = (program: Command, { io }: Shell): void => {
  subcommand(program, 'login', {
    summary: 'Check an API key and store it for other commands.',
    details:
      'Reads the key from CHIMNEY_API_KEY, a prompt, or standard input. It is not a command-line argument, because other users of the machine can see those. Stored in $XDG_CONFIG_HOME/chimney/login.json (default: ~/.config), readable by you only.',
    examples: ['chimney login https://sweeps.example.com', 'chimney login < key.txt'],
  })
    .argument('[url]', 'server')
    .action(async (argument: string | undefined, flags: CommonFlags) => {
      const url = argument ?? flags.url ?? io.env.CHIMNEY_URL ?? readLogin()?.url ?? 'http://localhost:8787'
      if (!/^https?:\/\//.test(url))
        throw new UsageError(`"${url}" is not a URL: it must start with http:// or https://`)
      const key = (
        io.env.CHIMNEY_API_KEY ??
        (await io.askSecret(`API key for ${url}`)) ??
        (await io.readStdin())
      ).trim()
      if (key === '') throw new UsageError('no key given: set CHIMNEY_API_KEY, enter it, or pipe it in')
      const client = chimney({ url, key, retryForMs: 0 })
      const { entity } = await client.viewer()
      const file = loginPath(io.env)
      writeLogin({ url: client.url, key, entity }, file)
      io.out(
        flags.json
          ? `${JSON.stringify({ url: client.url, entity, file })}\n`
          : `Logged in to ${client.url} as ${entity}. Stored the key in ${file}.\n`,
      )
    })
}

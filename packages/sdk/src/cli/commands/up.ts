import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { ChimneyError } from '../../error.ts'
import { integer, localSubcommand, type Shell } from '../shell.ts'

/** The built service of the published package, and the launcher of a clone. */
const PLACES = ['./service/main.js', '../../../../local/bin/start.js']

interface Flags {
  readonly port?: number
  readonly host?: string
  readonly data?: string
}

export const addUp = (program: Command, _: Shell): void => {
  localSubcommand(program, 'up', {
    summary: 'Start the service on this machine, with its dashboard.',
    details:
      'Prints the address and the key, and runs until Ctrl-C. Data is in the folder .chimney. The service has more settings, as environment variables: docs/server.md lists them.',
    examples: ['chimney up', 'chimney up --port 9000 --data /var/lib/chimney'],
  })
    .option('--port <n>', 'port (default: PORT, 8787)', integer(0))
    .option('--host <address>', 'address to listen on (default: HOST, 127.0.0.1)')
    .option('--data <folder>', 'data folder (default: CHIMNEY_DATA, .chimney)')
    .action(async ({ port, host, data }: Flags) => {
      const service = PLACES.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(url))
      if (!service) throw new ChimneyError('no-service', 'this build of the command has no service in it')
      const given = { PORT: port, HOST: host, CHIMNEY_DATA: data }
      for (const [name, value] of Object.entries(given))
        if (value !== undefined) process.env[name] = String(value)
      await import(service.href)
      await new Promise(() => {}) // the service ends the process
    })
}

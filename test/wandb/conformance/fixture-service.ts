/** What W&B's system tests expect beside a server: a second port that creates users, each with a key that is their name. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Cloud } from '@chimney/local/cloud'
import { hashKey } from '@chimney/server/http/auth/authenticator'

interface Command {
  readonly command: string
  readonly username?: string | null
}

export interface FixtureService {
  readonly port: number
  stop(): Promise<void>
}

/** Other commands are refused: tests of organizations and teams skip themselves then. */
export async function startFixtureService({ deps }: Cloud): Promise<FixtureService> {
  const createUser = async (name: string) => {
    await deps.store.putKey({
      id: deps.randomId(8),
      hash: hashKey(name),
      entity: name,
      name: 'conformance',
      scope: 'admin',
      createdAt: deps.clock.now(),
    })
  }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const reply = (status: number, value: object) =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
    if (request.method === 'GET') return reply(200, {})
    const { command, username } = JSON.parse(body) as Command
    if (request.url !== '/db/user') return reply(501, { error: 'there are no organizations and teams here' })
    if (command === 'up' && username) await createUser(username)
    reply(200, {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
